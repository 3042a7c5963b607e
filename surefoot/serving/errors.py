"""Errors of answering, in one small tree.

ServingError
├── QuestionInvalid          empty, or longer than is accepted
├── UnknownAssistant
├── AssistantInvalid         a declaration that cannot be used
├── UnknownAnswer
├── UnknownConversation
├── NotReplayable            an answer from before it was kept how answers are made
├── PromptMissing            no prompt file of this name
├── WeightsError
│   ├── SourceFailed         one source could not give a file; the next one is tried
│   ├── WeightsUnavailable   no source could give it, or it is not in the store
│   ├── DiskFull
│   └── FetchStopped         somebody asked the download to stop
├── EngineFailed             the embedded engine did not start, or died
└── ModelError
    ├── ModelUnavailable     nobody answers, or the answer broke off
    ├── ModelRefused         it answers, and says no: key, model name, request
    ├── PromptTooLong
    └── PromptEmpty
"""

from surefoot.core.errors import SurefootError


class ServingError(SurefootError):
    """The root of this package's errors."""


class QuestionInvalid(ServingError):
    """The question cannot be answered as it stands: it is empty, or longer than is accepted."""


class UnknownAssistant(ServingError):
    """There is no assistant of this name."""


class AssistantInvalid(ServingError):
    """An assistant's declaration cannot be used."""


class UnknownAnswer(ServingError):
    """There is no such answer, or it belongs to somebody else."""


class UnknownConversation(ServingError):
    """There is no such conversation, or it belongs to somebody else, or to another assistant."""


class NotReplayable(ServingError):
    """How this answer was made was not kept, so it cannot be made again."""


class PromptMissing(ServingError):
    """There is no prompt of this name."""


class WeightsError(ServingError):
    """A model's files could not be brought into the weight store."""


class SourceFailed(WeightsError):
    """One source could not give a file; the reason is for the list that `WeightsUnavailable` shows."""


class WeightsUnavailable(WeightsError):
    """A file is not in the store, and no source could give it."""


class DiskFull(WeightsError):
    """The disk has no room for a file; the store is as sound as before."""


class FetchStopped(WeightsError):
    """The download was asked to stop; what has arrived is kept, and the next fetch goes on from there."""


class EngineFailed(ServingError):
    """The embedded engine did not start, or died; the message ends with its last lines."""


class AdapterUnusable(ServingError):
    """An adapter's file is absent, or not that of its card."""


class ModelError(ServingError):
    """A chat model could not do what it was asked."""


class ModelUnavailable(ModelError):
    """Nobody answers at the model's address, or the answer broke off."""


class ModelRefused(ModelError):
    """The model's server answers and says no: wrong key, unknown model, a request that it cannot read."""


class PromptTooLong(ModelError):
    """The prompt does not fit into the model's context.

    `prompt_tokens` and `context_tokens` are what the server counted, or None where it gave no numbers.
    """

    def __init__(self, prompt_tokens: int | None, context_tokens: int | None) -> None:
        self.prompt_tokens = prompt_tokens
        self.context_tokens = context_tokens
        counted = f"{prompt_tokens} tokens" if prompt_tokens else "more tokens than fit"
        room = f"{context_tokens} tokens" if context_tokens else "less room"
        super().__init__(
            f"The prompt has {counted}, and the model's context has {room}. "
            "Ask a shorter question, send less evidence, or run the engine with a larger context."
        )


class PromptEmpty(ModelError):
    """No message holds any text; the model is not called."""

    def __init__(self) -> None:
        super().__init__("There is nothing to answer: every message is empty. Send at least one message with text.")
