"""Errors of running, in one small tree.

AppError
├── SettingsInvalid      a setting cannot be used
├── DataFolderBusy       another server holds the data folder
├── DataFolderUnusable   the data folder cannot be written
├── AddressInUse         the port is taken
├── DatabaseUnusable     the database cannot be opened or migrated
├── StoreBusy            the database is held by somebody else, or does not answer
├── StoreFull            the disk has no room
├── StoreReadOnly        the data folder can be read and not written
├── BackupRefused        a backup cannot be made or restored here
├── BackupUnreadable     a file is no whole backup
├── MeasurementFailed    a part of a measurement ended without a result
└── RequestRefused       a request that must not be served, with its HTTP status
"""

from surefoot.core.errors import SurefootError


class AppError(SurefootError):
    """The root of this package's errors."""


class SettingsInvalid(AppError):
    """A setting has a value that cannot be used."""


class DataFolderBusy(AppError):
    """Another server holds the data folder."""


class DataFolderUnusable(AppError):
    """The data folder cannot be made or written."""


class AddressInUse(AppError):
    """The address to listen on is taken, or not this machine's."""


class DatabaseUnusable(AppError):
    """The database cannot be opened or brought to this version's schema."""


class StoreBusy(AppError):
    """The database is held by somebody else for longer than is waited, or does not answer."""


class StoreFull(AppError):
    """The disk has no room; nothing of what was given is kept."""


class StoreReadOnly(AppError):
    """The data folder can be read and not written; nothing of what was given is kept."""


class BackupRefused(AppError):
    """A backup cannot be made or restored here."""


class BackupUnreadable(AppError):
    """A file is no whole backup: cut off, damaged, or something else."""


class MeasurementFailed(AppError):
    """A part of a measurement ended without a result."""


class RequestRefused(AppError):
    """A request that must not be served."""

    def __init__(self, message: str, status: int, code: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
