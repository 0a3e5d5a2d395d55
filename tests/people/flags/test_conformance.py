"""The gherkin suites of OpenFeature and of flagd's evaluator, by the OpenFeature SDK on our provider."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.evaluation_context import EvaluationContext
from openfeature.event import ProviderEvent, ProviderEventDetails
from openfeature.exception import ErrorCode
from openfeature.flag_evaluation import FlagEvaluationDetails, FlagEvaluationOptions
from openfeature.hook import Hook, HookContext
from openfeature.provider._registry import provider_registry
from openfeature.transaction_context import ContextVarsTransactionContextPropagator
from pytest_bdd import given, parsers, scenarios, then, when

from fumetto.people.flags.board import Board
from fumetto.people.flags.provider import HouseProvider
from tests.people.flags.conformance.flag_files import board_with, flagd_flags, openfeature_flags

scenarios("conformance/openfeature", "conformance/flagd")

BOOLEANS = {"true": True, "false": False}
WORDS: dict[str, Callable[[str], Any]] = {
    "string": str,
    "integer": int,
    "float": float,
    "boolean": BOOLEANS.__getitem__,
}


def value_of(kind: str, text: str) -> Any:
    if kind.lower() == "object":
        return json.loads(text.replace('\\"', '"') or "{}")
    return WORDS[kind.lower()](text)


class Watching(Hook):
    """Notes when it is called, and with what."""

    def __init__(self) -> None:
        self.called: list[str] = []
        self.details: dict[str, FlagEvaluationDetails[Any]] = {}
        self.context: EvaluationContext | None = None

    def before(self, hook_context: HookContext, hints: Any) -> EvaluationContext | None:
        self.called.append("before")
        return self.context

    def after(self, hook_context: HookContext, details: FlagEvaluationDetails[Any], hints: Any) -> None:
        self.called.append("after")
        self.details["after"] = details

    def error(self, hook_context: HookContext, exception: Exception, hints: Any) -> None:
        self.called.append("error")

    def finally_after(self, hook_context: HookContext, details: FlagEvaluationDetails[Any], hints: Any) -> None:
        self.called.append("finally")
        self.details["finally"] = details


class Remembering(HouseProvider):
    """Ours, which remembers the context that it was asked with."""

    context: EvaluationContext | None = None

    def resolve_boolean_details(self, flag_key: str, default_value: bool, evaluation_context: Any = None) -> Any:
        self.context = evaluation_context
        return super().resolve_boolean_details(flag_key, default_value, evaluation_context)


@dataclass
class Scene:
    client: OpenFeatureClient
    provider: HouseProvider
    kind: str = "boolean"
    key: str = "boolean-flag"
    default: Any = None
    targeting_key: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    details: FlagEvaluationDetails[Any] | None = None
    hook: Watching = field(default_factory=Watching)

    @property
    def context(self) -> EvaluationContext:
        return EvaluationContext(self.targeting_key, self.attributes)

    def ask(self, options: FlagEvaluationOptions | None = None) -> FlagEvaluationDetails[Any]:
        method = getattr(self.client, f"get_{self.kind.lower()}_details")
        self.details = method(self.key, self.default, self.context, options)
        return self.told

    @property
    def told(self) -> FlagEvaluationDetails[Any]:
        assert self.details is not None
        return self.details


@pytest.fixture(autouse=True)
def own_api() -> Iterator[None]:
    yield
    api.shutdown()
    api.clear_providers()
    api.clear_hooks()
    api.set_evaluation_context(EvaluationContext())


def on(board: Board) -> Scene:
    provider = Remembering(board)
    provider_registry.set_provider("conformance", provider, wait_for_init=True)
    return Scene(api.get_client("conformance"), provider)


@given("a stable provider", target_fixture="scene")
def stable_provider() -> Scene:
    return on(board_with(openfeature_flags()))


@given("a stable provider with retrievable context is registered", target_fixture="scene")
def retrievable_provider() -> Scene:
    api.set_transaction_context_propagator(ContextVarsTransactionContextPropagator())
    api.set_transaction_context(EvaluationContext())
    return on(board_with(openfeature_flags()))


@given("an evaluator", target_fixture="scene")
def evaluator() -> Scene:
    return on(board_with(flagd_flags()))


@given(parsers.re(r"an? (?P<status>not ready|fatal|error|stale|stable) provider"), target_fixture="scene")
def provider_in(status: str) -> Scene:
    scene = on(board_with(openfeature_flags()))
    match status:
        case "not ready":
            provider_registry._provider_status.pop(scene.provider)
        case "fatal":
            details = ProviderEventDetails(error_code=ErrorCode.PROVIDER_FATAL)
            provider_registry.dispatch_event(scene.provider, ProviderEvent.PROVIDER_ERROR, details)
        case "error":
            details = ProviderEventDetails(error_code=ErrorCode.GENERAL)
            provider_registry.dispatch_event(scene.provider, ProviderEvent.PROVIDER_ERROR, details)
        case "stale":
            provider_registry.dispatch_event(scene.provider, ProviderEvent.PROVIDER_STALE, ProviderEventDetails())
    return scene


@then(parsers.parse('the provider status should be "{status}"'))
def status_is(scene: Scene, status: str) -> None:
    assert scene.client.get_provider_status().value == status


@given(parsers.re(r'an? (?P<kind>\w+)-flag with key "(?P<key>[^"]*)" and a fallback value "(?P<default>.*)"'))
def a_flag(scene: Scene, kind: str, key: str, default: str) -> None:
    scene.kind, scene.key, scene.default = kind, key, value_of(kind, default)


@given(
    parsers.re(
        r'a context containing a key "(?P<key>[^"]*)", with type "(?P<kind>[^"]*)" and with value "(?P<value>.*)"'
    )
)
def context_with(scene: Scene, key: str, kind: str, value: str) -> None:
    scene.attributes[key] = value_of(kind, value)


@given(parsers.parse('a context containing a key "{key}" with null value'))
def context_with_null(scene: Scene, key: str) -> None:
    scene.attributes[key] = None


@given(
    parsers.re(
        r'a context containing a nested property with outer key "(?P<outer>[^"]*)" and inner key "(?P<inner>[^"]*)",'
        r' with value "(?P<value>.*)"'
    )
)
def nested_context(scene: Scene, outer: str, inner: str, value: str) -> None:
    scene.attributes.setdefault(outer, {})[inner] = value


@given(parsers.re(r'a context containing a targeting key with value "(?P<value>.*)"'))
def context_with_targeting_key(scene: Scene, value: str) -> None:
    scene.targeting_key = value


@given("evaluation options containing specific hooks")
def hooked(scene: Scene) -> None:
    scene.hook.called.clear()


@given("a client with added hook")
def hooked_client(scene: Scene) -> None:
    scene.client.add_hooks([scene.hook])


@when("the flag was evaluated with details")
def evaluated(scene: Scene) -> None:
    scene.ask()


@when("the flag was evaluated with details using the evaluation options")
def evaluated_with_options(scene: Scene) -> None:
    scene.ask(FlagEvaluationOptions(hooks=[scene.hook]))


@when("the flag was evaluated with details asynchronously")
def evaluated_later(scene: Scene) -> None:
    method = getattr(scene.client, f"get_{scene.kind.lower()}_details_async")
    scene.details = asyncio.run(method(scene.key, scene.default, scene.context))


@then("the evaluation should complete without blocking")
def completed(scene: Scene) -> None:
    assert scene.told.error_code is None


@then("the specified hooks should execute during evaluation")
def hooks_ran(scene: Scene) -> None:
    assert {"before", "after", "finally"} <= set(scene.hook.called)


@then("the hook order should be maintained")
def hooks_in_order(scene: Scene) -> None:
    assert scene.hook.called == ["before", "after", "finally"]


@then(parsers.re(r'the resolved details value should be "(?P<value>.*)"'))
def value_is(scene: Scene, value: str) -> None:
    wanted = value_of(scene.kind, value)
    assert scene.told.value == wanted
    assert type(scene.told.value) is type(wanted)


@then(parsers.parse('the reason should be "{reason}"'))
def reason_is(scene: Scene, reason: str) -> None:
    assert scene.told.reason == reason


@then(parsers.parse('the error-code should be "{code}"'))
def code_is(scene: Scene, code: str) -> None:
    assert scene.told.error_code == ErrorCode(code)


@then(parsers.parse('the flag key should be "{key}"'))
def key_is(scene: Scene, key: str) -> None:
    assert scene.told.flag_key == key


@then(parsers.parse('the variant should be "{variant}"'))
def variant_is(scene: Scene, variant: str) -> None:
    assert scene.told.variant == variant


@then("the resolved metadata should contain")
def metadata_is(scene: Scene, datatable: list[list[str]]) -> None:
    wanted = {key: value_of(kind, value) for key, kind, value in datatable[1:]}
    assert scene.told.flag_metadata == wanted


@then("the resolved metadata is empty")
def metadata_is_empty(scene: Scene) -> None:
    assert not scene.told.flag_metadata


@then(parsers.parse('the "{name}" hook should have been executed'))
def hook_ran(scene: Scene, name: str) -> None:
    assert name in scene.hook.called


@then(parsers.parse('the "{names}" hooks should be called with evaluation details'))
def hooks_got(scene: Scene, names: str, datatable: list[list[str]]) -> None:
    for name in names.split(", "):
        for kind, key, value in datatable[1:]:
            told = getattr(scene.hook.details[name], key)
            wanted = None if value == "null" else value_of(kind, value)
            assert (told.value if isinstance(told, ErrorCode) else told) == wanted, (name, key)


# How contexts are merged


LEVELS = ("API", "Transaction", "Client", "Invocation", "Before Hooks")


def add_to(scene: Scene, level: str, key: str, value: str) -> None:
    new = EvaluationContext(attributes={key: value})
    match level:
        case "API":
            api.set_evaluation_context(api.get_evaluation_context().merge(new))
        case "Transaction":
            api.set_transaction_context(api.get_transaction_context().merge(new))
        case "Client":
            scene.client.context = scene.client.context.merge(new)
        case "Invocation":
            scene.attributes[key] = value
        case "Before Hooks":
            scene.hook.context = new
            scene.client.add_hooks([scene.hook])


@given(parsers.parse('A context entry with key "{key}" and value "{value}" is added to the "{level}" level'))
def entry_added(scene: Scene, key: str, value: str, level: str) -> None:
    add_to(scene, level, key, value)


@given("A table with levels of increasing precedence", target_fixture="levels")
def levels_are(datatable: list[list[str]]) -> list[str]:
    return [row[0] for row in datatable]


@given(
    parsers.parse(
        'Context entries for each level from API level down to the "{level}" level,'
        ' with key "{key}" and value "{value}"'
    )
)
def entries_added(scene: Scene, levels: list[str], level: str, key: str, value: str) -> None:
    for each in levels[: levels.index(level) + 1]:
        add_to(scene, each, key, each)


@when("Some flag was evaluated")
def some_flag(scene: Scene) -> None:
    scene.default = False
    scene.ask()


@then(parsers.parse('The merged context contains an entry with key "{key}" and value "{value}"'))
def merged(scene: Scene, key: str, value: str) -> None:
    assert isinstance(scene.provider, Remembering)
    assert scene.provider.context is not None
    assert scene.provider.context.attributes[key] == value


# The older suite of the specification, in its own words


@when(parsers.re(r'an? (?P<kind>\w+) flag with key "(?P<key>[^"]*)" is evaluated with (?P<rest>.*)'))
def older_evaluation(scene: Scene, kind: str, key: str, rest: str) -> None:
    scene.kind, scene.key = kind, key
    text = rest.removeprefix("details and ").removeprefix("default value ").strip('"')
    scene.default = {} if kind == "object" else value_of(kind, text)
    scene.ask()


@then(parsers.re(r'the resolved (?P<kind>boolean|string|integer|float) value should be "?(?P<value>[^"]*)"?$'))
def older_value(scene: Scene, kind: str, value: str) -> None:
    assert scene.told.value == value_of(kind, value)


@then(
    parsers.re(
        r'the resolved (?P<kind>\w+) details value should be "?(?P<value>[^",]*)"?, the variant should be'
        r' "(?P<variant>[^"]*)", and the reason should be "(?P<reason>[^"]*)"'
    )
)
def older_details(scene: Scene, kind: str, value: str, variant: str, reason: str) -> None:
    told = (scene.told.value, scene.told.variant, scene.told.reason)
    assert told == (value_of(kind, value), variant, reason)


@then(parsers.re(r"the resolved object (details )?value should be contain fields .*"))
def older_object(scene: Scene) -> None:
    assert scene.told.value == {"showImages": True, "title": "Check out these pics!", "imagesPerPage": 100}


@then(parsers.parse('the variant should be "{variant}", and the reason should be "{reason}"'))
def older_reason(scene: Scene, variant: str, reason: str) -> None:
    assert (scene.told.variant, scene.told.reason) == (variant, reason)


@when(parsers.re(r"context contains keys .* with values .*"))
def older_context(scene: Scene) -> None:
    scene.attributes = {"fn": "Sulisław", "ln": "Świętopełk", "age": 29, "customer": False}


@when(parsers.parse('a flag with key "{key}" is evaluated with default value "{default}"'))
def older_flag(scene: Scene, key: str, default: str) -> None:
    scene.kind, scene.key, scene.default = "string", key, default
    scene.ask()


@then(parsers.parse('the resolved string response should be "{value}"'))
def older_response(scene: Scene, value: str) -> None:
    assert scene.told.value == value


@then(parsers.parse('the resolved flag value is "{value}" when the context is empty'))
def older_without_context(scene: Scene, value: str) -> None:
    scene.attributes = {}
    assert scene.ask().value == value


@when(
    parsers.re(
        r'a non-existent string flag with key "(?P<key>[^"]*)" is evaluated with details'
        r' and a fallback value "(?P<default>[^"]*)"'
    )
)
def older_missing(scene: Scene, key: str, default: str) -> None:
    scene.kind, scene.key, scene.default = "string", key, default
    scene.ask()


@when(
    parsers.re(
        r'a string flag with key "(?P<key>[^"]*)" is evaluated as an integer, with details'
        r" and a fallback value (?P<default>\d+)"
    )
)
def older_mistaken(scene: Scene, key: str, default: str) -> None:
    scene.kind, scene.key, scene.default = "integer", key, int(default)
    scene.ask()


@then(parsers.re(r"the default (string|integer) value should be returned"))
def older_default(scene: Scene) -> None:
    assert scene.told.value == scene.default


@then(parsers.re(r'the reason should indicate an error and the error code should indicate .* with "(?P<code>[A-Z_]+)"'))
def older_error(scene: Scene, code: str) -> None:
    assert (scene.told.reason, scene.told.error_code) == ("ERROR", ErrorCode(code))
