# SPDX-License-Identifier: BSD-2-Clause
"""jsonio - JSON files: read with a sentence for each way they can be wrong,
and written so that people can read and compare them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

from .errors import BadInput

SHORT = 320  # columns that a list or object may take on one line


def read_text(path: str) -> str:
    """A file's text; BadInput if it can not be had."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not text: was it cut off, or packed?"
                       ) from error


def read_triples(path: str, words: str) -> Iterator[Tuple[str, str, float]]:
    """A file's lines, each of two words and a number; BadInput at one that is
    not @words ("a row, a key and a number")."""
    for line in read_text(path).splitlines():
        try:
            first, second, value = line.split(" ")
            yield first, second, float(value)
        except ValueError as error:
            raise BadInput(f"{path}: '{line}' is not {words}") from error


def write_text(path: str, text: str) -> None:
    """Write a file; BadInput if that can not be."""
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"can not write {path}: {error.strerror}") from error


def read_object(path: str) -> Dict[str, Any]:
    """The one JSON object that a file is."""
    try:
        value = json.loads(read_text(path))
    except RecursionError as error:
        raise BadInput(f"{path} is nested too deeply") from error
    except ValueError as error:
        raise BadInput(f"{path} is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise BadInput(f"{path} is not what a bench wrote: it holds no object")
    return value


def read_objects(path: str) -> List[Dict[str, Any]]:
    """All objects of a file that has one after another, as a report has; one
    that is not complete, because it is being written, is left out."""
    text = read_text(path)
    decoder = json.JSONDecoder()
    found: List[Dict[str, Any]] = []
    at = 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        try:
            value, at = decoder.raw_decode(text, at)
        except ValueError:
            break
        if isinstance(value, dict):
            found.append(value)
    return found


def last_object(path: str) -> Dict[str, Any]:
    """The newest object of such a file; BadInput if there is none."""
    found = read_objects(path)
    if not found:
        raise BadInput(f"{path} holds no report")
    return found[-1]


def dump(value: Any, indent: str = "") -> str:
    """JSON with what is short, and each list of numbers, on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or not value:
        return flat
    parts = list(value.values()) if isinstance(value, dict) else value
    plain = not any(isinstance(part, (dict, list, str)) for part in parts)
    if plain or (indent and len(flat) <= SHORT):
        return flat
    inner = indent + "  "
    if isinstance(value, dict):
        lines = [f"{inner}{json.dumps(key, ensure_ascii=False)}: "
                 f"{dump(part, inner)}" for key, part in value.items()]
        return "{\n" + ",\n".join(lines) + "\n" + indent + "}"
    lines = [inner + dump(part, inner) for part in value]
    return "[\n" + ",\n".join(lines) + "\n" + indent + "]"


def write_object(path: str, value: Dict[str, Any]) -> None:
    """Write one object to a file."""
    write_text(path, dump(value) + "\n")
