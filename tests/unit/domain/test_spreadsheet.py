"""Cells that no spreadsheet runs."""

import csv
import io

import pytest

from moderation.domain.spreadsheet import cell, csv_lines


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0"]
)
def test_what_could_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=b", "1-2", "'=1", " =1", "{}", "Zoë"])
def test_what_could_not_stays(text: str) -> None:
    assert cell(text) == text


def test_values_become_text() -> None:
    assert [cell(v) for v in (None, 7, 0)] == ["", "7", "0"]


def test_lines_are_read_back_as_they_were() -> None:
    rows = [["a", 'say "x"', "two\nlines", "c,d"], ["=1", "", "é", "1"]]

    assert list(csv.reader(io.StringIO(csv_lines(rows)))) == [rows[0], ["'=1", "", "é", "1"]]
