"""Signing in to IAM Identity Center."""

from __future__ import annotations

from . import _native
from ._config import milliseconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    import queue
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future
    from datetime import datetime
    from typing import Any

    from ._session import Session


class DeviceCode:
    """What a person needs to approve a sign-in."""

    __slots__ = ("expires_at", "user_code", "verification_uri", "verification_uri_complete")

    def __init__(self, pointer: int) -> None:
        from datetime import datetime, timezone

        library = _native.library
        self.user_code: str = _native.text_of(library.device_code_user_code(pointer))
        self.verification_uri: str = _native.text_of(library.device_code_verification_uri(pointer))
        # The page with the code filled in.
        self.verification_uri_complete: str = _native.text_of(library.device_code_verification_uri_complete(pointer))
        self.expires_at: datetime = datetime.fromtimestamp(library.device_code_expires_at(pointer), timezone.utc)

    def __repr__(self) -> str:
        return f"DeviceCode(user_code={self.user_code!r}, verification_uri={self.verification_uri!r})"


class SsoSession:
    """An Identity Center instance to sign in to, by hand. Who has it in the config file needs none.

    `name` is that of the sso-session; None for a legacy configuration, whose tokens are never refreshed.
    """

    def __init__(
        self,
        name: str | None,
        start_url: str,
        region: str,
        *,
        scopes: Iterable[str] = (),
        cache_folder: str | None = None,
    ) -> None:
        self.name = name
        self.start_url = start_url
        self.region = region
        self.scopes = tuple(scopes)
        self.cache_folder = cache_folder

    def handle(self) -> _native.SsoSession:
        """The library's own."""
        made: _native.SsoSession = _native.make(
            _native.SsoSession,
            "sso_session_new",
            _native.encode(self.name),
            _native.encode(self.start_url),
            _native.encode(self.region),
        )
        for scope in self.scopes:
            _native.call("sso_session_add_scope", made.pointer, _native.encode(scope))
        if self.cache_folder is not None:
            _native.call("sso_session_set_cache_folder", made.pointer, _native.path_bytes(self.cache_folder))
        return made

    def __repr__(self) -> str:
        return f"SsoSession({self.name!r}, {self.start_url!r}, {self.region!r})"


def with_device_code(
    session: Session, show: Callable[[DeviceCode], object], timeout: float | None, sso_session: SsoSession | None
) -> None:
    _run(session, "device_code", lambda pointer: show(DeviceCode(pointer)), timeout, sso_session)


def with_browser(
    session: Session, open_page: Callable[[str], object] | None, timeout: float | None, sso_session: SsoSession | None
) -> None:
    def show(url: bytes) -> None:
        page = _native.text_of(url)
        if open_page is not None:
            open_page(page)
            return
        import webbrowser

        if not webbrowser.open(page):
            print(f"Open this page to sign in: {page}")

    _run(session, "browser", show, timeout, sso_session)


def _run(
    session: Session, flow: str, show: Callable[[Any], object], timeout: float | None, sso_session: SsoSession | None
) -> None:
    """Signs in on a thread of its own, while this one shows what to do and hears Ctrl-C: the call itself hears no
    signal until it ends."""
    import queue
    import threading
    from concurrent.futures import Future

    # A client of its own, so that cancelling ends nothing else.
    client = session._connect(session._config())
    handle = sso_session.handle() if sso_session is not None else _native.SsoSession(None)
    limit = 0 if timeout is None else milliseconds(timeout)
    tasks: queue.SimpleQueue[tuple[Any, Future[None]] | None] = queue.SimpleQueue()
    outcome: list[BaseException] = []

    def ask(_: int, what: Any) -> int:
        done: Future[None] = Future()
        tasks.put((what, done))
        try:
            done.result()
        except BaseException as error:
            return _native.keep_failure(error)
        return 0

    callback = _native.callback(flow)(ask)

    def work() -> None:
        try:
            name = f"client_sign_in_with_{flow}"
            _native.call(name, client.pointer, handle.pointer, limit, callback, None)
        except BaseException as error:
            outcome.append(error)
        finally:
            tasks.put(None)

    thread = threading.Thread(target=work, name=f"stskit-sign-in-{flow}", daemon=True)
    thread.start()
    try:
        _serve(tasks, show)
    except BaseException:
        _native.library.client_cancel(client.pointer)
        raise
    thread.join()
    if outcome:
        raise outcome[0]


def _serve(tasks: queue.SimpleQueue[tuple[Any, Future[None]] | None], show: Callable[[Any], object]) -> None:
    """Shows what the other thread asks for, until it says that there is no more."""
    from queue import Empty

    while True:
        try:
            # Not for good: a signal that another thread was given does not wake this one.
            task = tasks.get(timeout=0.2)
        except Empty:
            continue
        if task is None:
            return
        what, done = task
        try:
            show(what)
        except BaseException as error:
            done.set_exception(error)
        else:
            done.set_result(None)
