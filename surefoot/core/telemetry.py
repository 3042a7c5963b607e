"""Names of spans and their attributes, in one place.

`gen_ai.*` and `user.id` are OpenTelemetry's GenAI semantic conventions, `openinference.span.kind` is OpenInference's,
`surefoot.*` are our own. Spans hold ids of evidence, never texts of questions, documents or answers.
"""

from __future__ import annotations

from typing import Final

TRACER: Final = "surefoot"

# The spans of one answer: the root and its children.
ANSWER: Final = "answer"
GUARD: Final = "guard"
RETRIEVAL: Final = "retrieval"
RECORDS: Final = "records"
PROMPT: Final = "prompt"
GENERATION: Final = "generation"
PROBE: Final = "probe"
TRANSLATION: Final = "translation"
CHECKS: Final = "checks"

# Who and in which conversation. The root's USER_ID is handed down to its children: it decides who may read the trace.
USER_ID: Final = "user.id"
SESSION_ID: Final = "session.id"
CONVERSATION_ID: Final = "gen_ai.conversation.id"

# OpenTelemetry GenAI.
OPERATION_NAME: Final = "gen_ai.operation.name"
PROVIDER_NAME: Final = "gen_ai.provider.name"
AGENT_NAME: Final = "gen_ai.agent.name"
REQUEST_MODEL: Final = "gen_ai.request.model"
REQUEST_MAX_TOKENS: Final = "gen_ai.request.max_tokens"
REQUEST_TEMPERATURE: Final = "gen_ai.request.temperature"
RESPONSE_MODEL: Final = "gen_ai.response.model"
RESPONSE_FINISH_REASONS: Final = "gen_ai.response.finish_reasons"
TIME_TO_FIRST_CHUNK: Final = "gen_ai.response.time_to_first_chunk"
"""Seconds."""
PROMPT_NAME: Final = "gen_ai.prompt.name"
INPUT_TOKENS: Final = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS: Final = "gen_ai.usage.output_tokens"
CACHED_INPUT_TOKENS: Final = "gen_ai.usage.cache_read.input_tokens"
EVALUATION_NAME: Final = "gen_ai.evaluation.name"
EVALUATION_SCORE: Final = "gen_ai.evaluation.score.value"
EVALUATION_LABEL: Final = "gen_ai.evaluation.score.label"

# Values of OPERATION_NAME.
INVOKE_AGENT: Final = "invoke_agent"
RETRIEVE: Final = "retrieval"
CHAT: Final = "chat"

# OpenInference: the attribute and its values.
SPAN_KIND: Final = "openinference.span.kind"
KIND_AGENT: Final = "AGENT"
KIND_CHAIN: Final = "CHAIN"
KIND_RETRIEVER: Final = "RETRIEVER"
KIND_PROMPT: Final = "PROMPT"
KIND_LLM: Final = "LLM"
KIND_GUARDRAIL: Final = "GUARDRAIL"
KIND_EVALUATOR: Final = "EVALUATOR"

# Ours.
ANSWER_ID: Final = "surefoot.answer.id"
ASSISTANT: Final = "surefoot.assistant"
OUTCOME: Final = "surefoot.outcome"
SUPPORT: Final = "surefoot.support"
RELEASE: Final = "surefoot.release"
EVIDENCE_IDS: Final = "surefoot.evidence.ids"
"""Chunk ids, best first."""
EVIDENCE_SCORES: Final = "surefoot.evidence.scores"
EVIDENCE_TOKENS: Final = "surefoot.evidence.tokens"
ENCODE_MS: Final = "surefoot.encode.ms"
SEARCH_MS: Final = "surefoot.search.ms"
CLAIMS_CHECKED: Final = "surefoot.claims.checked"
CLAIMS_WITHHELD: Final = "surefoot.claims.withheld"
CHANCE: Final = "surefoot.chance"
"""Chance that the evidence holds the answer."""
GUARD_VERDICT: Final = "surefoot.guard.verdict"
REPEATED_FROM: Final = "surefoot.repeated_from"
"""Id of the earlier answer that was given again."""
QUOTES_ONLY: Final = "surefoot.quotes_only"
