"""Durable files: written aside, synced, renamed, and then the directory is synced, which has the name."""

import os
from pathlib import Path


def publish(path: Path, content: bytes) -> None:
    """What was at `path` stays until `content` is in its place, whole."""
    aside = path.with_name(f'{path.name}.new')
    with open(aside, 'wb') as file:
        file.write(content)
        file.flush()
        sync(file.fileno())
    os.rename(aside, path)
    sync_directory(path.parent)


def remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    sync_directory(path.parent)


def append(descriptor: int, content: bytes) -> None:
    """Durable when it returns. When it throws, nobody knows how much of it is."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    sync(descriptor)


def make_directory(path: Path) -> None:
    if not path.is_dir():
        path.mkdir(parents=True)
        sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)


def sync(descriptor: int) -> None:
    os.fsync(descriptor)  # macOS needs fcntl(F_FULLFSYNC)
