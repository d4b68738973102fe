"""`make words`: brings the catalogues up to date, and tells what waits for a translation."""

import sys

from moderation.translations import SOURCE, TAGS
from moderation.translations.catalogues import compile_catalogue, faults, merged, read, write
from moderation.translations.extract import templates
from moderation.translations.widget import WORDS, add_new, messages, words_file, words_of


def main() -> int:
    """Extract, update, compile; 1 if something is left to translate."""
    found = templates()
    WORDS.mkdir(parents=True, exist_ok=True)
    add_new(found["widget"])
    order = messages()
    words_file(SOURCE).write_text(words_of(SOURCE, found["widget"], order), "utf-8")
    left = 0
    for tag in TAGS:
        for domain, template in found.items():
            catalogue = merged(tag, read(tag, domain), template)
            write(tag, domain, catalogue)
            for fault in faults(tag, catalogue, template):
                sys.stdout.write(f"{tag} {domain}: {fault}\n")
                left += 1
        compile_catalogue(tag, "messages")
        words_file(tag).write_text(words_of(tag, read(tag, "widget"), order), "utf-8")
    sys.stdout.write(f"{len(TAGS)} languages; {left} left to do.\n")
    return int(left > 0)


if __name__ == "__main__":
    sys.exit(main())
