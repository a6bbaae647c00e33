"""Settings of a client, with the names of botocore's Config where it has them."""

from __future__ import annotations

from . import _native
from .exceptions import NotSupportedError, ParamValidationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

# Options of botocore that change nothing here.
_NO_MATTER = frozenset(
    """max_pool_connections parameter_validation tcp_keepalive user_agent user_agent_extra inject_host_prefix
    disable_request_compression request_min_compression_size_bytes ignore_configured_endpoint_urls s3
    client_context_params request_checksum_calculation response_checksum_validation account_id_endpoint_mode
    sigv4a_signing_region_set endpoint_discovery_enabled defaults_mode auth_scheme_preference""".split()
)


class Config:
    """Explicit settings. What is left out comes from the environment, the profile, or the default.

    Times are in seconds. `retries` is as in botocore: `{"mode": "standard", "total_max_attempts": 3}`, or
    `max_attempts` for those after the first. `proxies` is `{"https": url, "http": url, "no_proxy": hosts}`; an empty
    one means none, whatever the environment says.
    """

    def __init__(
        self,
        *,
        region_name: str | None = None,
        connect_timeout: float | None = None,
        read_timeout: float | None = None,
        operation_timeout: float | None = None,
        retries: Mapping[str, int | str] | None = None,
        new_retries_2026: bool | None = None,
        proxies: Mapping[str, str] | None = None,
        use_fips_endpoint: bool | None = None,
        use_dualstack_endpoint: bool | None = None,
        sts_regional_endpoints: str | None = None,
        user_agent_appid: str | None = None,
        max_response_bytes: int | None = None,
        correct_clock_skew: bool | None = None,
        ca_bundle: str | None = None,
        config_file: str | None = None,
        credentials_file: str | None = None,
        sso_region: str | None = None,
    ) -> None:
        given = dict(locals())
        self._options: dict[str, Any] = {
            name: value for name, value in given.items() if name not in ("self", "given") and value is not None
        }

    def merge(self, other: Config) -> Config:
        """These settings, with those of the other one before them."""
        merged = Config()
        merged._options = {**self._options, **other._options}
        return merged

    def __getattr__(self, name: str) -> Any:
        if name in _SETTERS:
            return self._options.get(name)
        raise AttributeError(name)

    def __repr__(self) -> str:
        # A proxy's URL may have a password.
        shown = (
            f"{name}=<hidden>" if name == "proxies" else f"{name}={value!r}" for name, value in self._options.items()
        )
        return f"Config({', '.join(shown)})"


def options_of(config: Any) -> dict[str, Any]:
    """The options that a Config of ours or of botocore was given."""
    if config is None:
        return {}
    if isinstance(config, Config):
        return dict(config._options)
    given = getattr(config, "_user_provided_options", None)
    if given is None:
        raise ParamValidationError(f"a stskit.Config is wanted, not {type(config).__name__}")
    return {name: value for name, value in given.items() if value is not None and name not in _NO_MATTER}


def build(
    options: Mapping[str, Any],
    *,
    profile: str | None = None,
    endpoint_urls: Mapping[str, str] | None = None,
    mfa: Callable[[str], str] | None = None,
) -> _native.Config:
    """The library's config."""
    config: _native.Config = _native.make(_native.Config, "config_new")
    pointer = config.pointer
    if profile is not None:
        _native.call("config_set_profile", pointer, _native.encode(profile))
    for service, url in (endpoint_urls or {}).items():
        number = _native.number(_native.SERVICES, service, "service")
        _native.call("config_set_endpoint_url", pointer, number, _native.encode(url))
    for name, value in options.items():
        setter = _SETTERS.get(name)
        if setter is None:
            raise NotSupportedError(f"the option {name} is not supported")
        setter(pointer, value)
    if mfa is not None:
        _native.call(
            "config_set_mfa_callback",
            pointer,
            _native.mfa_callback(),
            _native.keep(mfa),
            _native.release_callback(),
        )
    return config


def _text(setter: str) -> Callable[[int | None, Any], None]:
    return lambda pointer, value: _native.call(setter, pointer, _native.encode(value))


def _path(setter: str) -> Callable[[int | None, Any], None]:
    return lambda pointer, value: _native.call(setter, pointer, _native.path_bytes(value))


def _flag(setter: str) -> Callable[[int | None, Any], None]:
    return lambda pointer, value: _native.call(setter, pointer, bool(value))


def milliseconds(value: float) -> int:
    if not 0 < value < 1e12:
        raise ParamValidationError("a time limit is a number of seconds above 0")
    return max(int(value * 1000), 1)


def _time(setter: str) -> Callable[[int | None, Any], None]:
    return lambda pointer, value: _native.call(setter, pointer, milliseconds(value))


def _retries(pointer: int | None, value: Mapping[str, int | str]) -> None:
    for name, setting in value.items():
        if name == "mode":
            mode = _native.number(_native.RETRY_MODES, str(setting), "retry mode")
            _native.call("config_set_retry_mode", pointer, mode)
        elif name in ("max_attempts", "total_max_attempts"):
            if name == "max_attempts" and "total_max_attempts" in value:
                continue
            attempts = int(setting) + (name == "max_attempts")
            if not 0 <= attempts < 1 << 32:
                raise ParamValidationError(f"retries: {name} is out of range")
            _native.call("config_set_max_attempts", pointer, attempts)
        else:
            raise ParamValidationError(f"retries: {name!r} is none of mode, max_attempts, total_max_attempts")


def _proxies(pointer: int | None, value: Mapping[str, str]) -> None:
    _native.call(
        "config_set_proxies",
        pointer,
        _native.encode(value.get("https")),
        _native.encode(value.get("http")),
        _native.encode(value.get("no_proxy")),
    )


def _max_response_bytes(pointer: int | None, value: int) -> None:
    _native.call("config_set_max_response_bytes", pointer, value)


def _sts_regional_endpoints(pointer: int | None, value: str) -> None:
    if value not in ("regional", "legacy"):
        raise ParamValidationError("sts_regional_endpoints is regional or legacy")
    _native.call("config_set_sts_legacy_global", pointer, value == "legacy")


def _signature_version(_: int | None, value: object) -> None:
    if value not in ("v4", "s3v4"):
        raise NotSupportedError("signature_version: only v4")


_SETTERS: dict[str, Callable[[int | None, Any], None]] = {
    "region_name": _text("config_set_region"),
    "sso_region": _text("config_set_sso_region"),
    "connect_timeout": _time("config_set_connect_timeout_ms"),
    "read_timeout": _time("config_set_read_timeout_ms"),
    "operation_timeout": _time("config_set_operation_timeout_ms"),
    "retries": _retries,
    "new_retries_2026": _flag("config_set_retries_2026"),
    "proxies": _proxies,
    "use_fips_endpoint": _flag("config_set_use_fips"),
    "use_dualstack_endpoint": _flag("config_set_use_dual_stack"),
    "sts_regional_endpoints": _sts_regional_endpoints,
    "user_agent_appid": _text("config_set_app_id"),
    "max_response_bytes": _max_response_bytes,
    "correct_clock_skew": _flag("config_set_correct_clock_skew"),
    "ca_bundle": _path("config_set_ca_bundle"),
    "config_file": _path("config_set_config_file"),
    "credentials_file": _path("config_set_credentials_file"),
    "signature_version": _signature_version,
}
