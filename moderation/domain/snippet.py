"""What a site pastes into its pages."""

SCRIPT_PATH = "/widget.js"


def script_path(language: str | None) -> str:
    """Where on the server the widget's script is.

    Args:
        language: whose words shall come with it; None: those of the language that each reader's
            browser asks for.
    """
    return SCRIPT_PATH + language_query(language)


def language_query(language: str | None) -> str:
    """What follows an address of the script where that names a language."""
    return f"?lang={language}" if language else ""
