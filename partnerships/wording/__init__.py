"""What do the two documents say? Wordings as data, the one canonical document made from them, and its comparison.

Pure functions: nothing here reads the database or the clock.
"""

from partnerships.wording.canonical import NotCanonical, canonical_bytes, fingerprint
from partnerships.wording.comparison import (
    ChangeKind,
    ClauseChange,
    FactChange,
    Line,
    LineChange,
    Piece,
    PieceKind,
    changed_only,
    compare,
    compare_blanks,
    compare_titles,
    compare_values,
)
from partnerships.wording.filling import Header, VariablesRefused, fill, long_date, problem, unfilled
from partnerships.wording.model import (
    RESERVED_KEYS,
    Clause,
    Kind,
    Paragraph,
    Table,
    Variable,
    VariableType,
    Wording,
    WordingError,
    load,
    parse,
)
from partnerships.wording.reading import OutlineEntry, Reading, document_texts, outline, reading, reading_minutes

__all__ = [
    "RESERVED_KEYS",
    "ChangeKind",
    "Clause",
    "ClauseChange",
    "FactChange",
    "Header",
    "Kind",
    "Line",
    "LineChange",
    "NotCanonical",
    "OutlineEntry",
    "Paragraph",
    "Piece",
    "PieceKind",
    "Reading",
    "Table",
    "Variable",
    "VariableType",
    "VariablesRefused",
    "Wording",
    "WordingError",
    "canonical_bytes",
    "changed_only",
    "compare",
    "compare_blanks",
    "compare_titles",
    "compare_values",
    "document_texts",
    "fill",
    "fingerprint",
    "load",
    "long_date",
    "outline",
    "parse",
    "problem",
    "reading",
    "reading_minutes",
    "unfilled",
]
