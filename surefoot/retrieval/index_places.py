"""Where the indexes of editions lie: a folder each, or a collection each on a server."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Collection
from pathlib import Path

from surefoot.retrieval.editions import FIRST
from surefoot.retrieval.errors import IndexUnreadable
from surefoot.retrieval.index.edge import EdgeIndex
from surefoot.retrieval.index.port import Index


def folder_name(edition: str) -> str:
    """The name of an edition's folder in a data folder."""
    return "index" if edition == FIRST else f"index-{edition}"


class IndexPlaces(ABC):
    """Opens and removes indexes by the names of their editions."""

    @abstractmethod
    def open(self, name: str, dimension: int) -> Index:
        """The index of this name, made where there is none; raises as the index does."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """Remove a closed index with all that it holds; nothing happens where there is none."""

    @abstractmethod
    def tidy(self, names: Collection[str]) -> None:
        """Remove what an interrupted removal left: all but the indexes of these names."""


class FolderPlaces(IndexPlaces):
    """`index` in the data folder for the first edition, `index-<name>` for every other."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def open(self, name: str, dimension: int) -> Index:
        """The embedded index in the edition's folder."""
        return EdgeIndex(self._folder(name), dimension)

    def remove(self, name: str) -> None:
        """Remove the edition's folder."""
        folder = self._folder(name)
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            return
        except OSError as error:
            words = f"The index folder {folder} cannot be removed: {error.strerror}. Put that right, or delete it."
            raise IndexUnreadable(words) from error

    def tidy(self, names: Collection[str]) -> None:
        """Remove the folders of other editions; the first one's stays, whatever is said."""
        for folder in self._data.glob("index-*"):
            name = folder.name.removeprefix("index-")
            if folder.is_dir() and name not in names:
                self.remove(name)

    def _folder(self, name: str) -> Path:
        return self._data / folder_name(name)


class ServerPlaces(IndexPlaces):
    """The collection `surefoot` for the first edition, `surefoot-<name>` for every other."""

    def __init__(self, url: str, key: str | None, collection: str = "surefoot") -> None:
        self._url = url
        self._key = key
        self._collection = collection

    def open(self, name: str, dimension: int) -> Index:
        """The edition's collection, made on first use."""
        from surefoot.retrieval.index.server import build_server_index

        return build_server_index(self._url, self._key, self._named(name), dimension)

    def remove(self, name: str) -> None:
        """Remove the edition's collection."""
        from surefoot.retrieval.index.server import remove_collection

        remove_collection(self._url, self._key, self._named(name))

    def tidy(self, names: Collection[str]) -> None:
        """Leave other collections alone: another installation may use the server."""

    def _named(self, name: str) -> str:
        return self._collection if name == FIRST else f"{self._collection}-{name}"
