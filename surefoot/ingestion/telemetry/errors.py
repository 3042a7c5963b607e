"""Errors of receiving telemetry, in one small tree.

IngestionError
└── TelemetryError
    ├── IntakeBusy         no room for more messages until those before are kept
    ├── IntakeClosed       a message after close()
    ├── SamplesUnreadable  a file that holds no samples that can be read
    └── MqttInvalid        settings of the broker's connection that cannot be used
"""

from surefoot.ingestion.errors import IngestionError


class TelemetryError(IngestionError):
    """The root of the errors of receiving telemetry."""


class IntakeBusy(TelemetryError):
    """No room for more messages until those before are kept; the sender may try again."""


class IntakeClosed(TelemetryError):
    """A message after close(); it was not kept."""


class SamplesUnreadable(TelemetryError):
    """A file that holds no samples that can be read; the message says what was found and what is expected."""


class MqttInvalid(TelemetryError):
    """Settings of the broker's connection that cannot be used."""
