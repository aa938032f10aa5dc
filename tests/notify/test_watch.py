from __future__ import annotations

import socket

from planner.notify.watch import Watch


def test_a_connection_is_cut_when_time_is_up() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, Watch(0.05) as watch:
        watch.guard(ours)
        assert ours.recv(1) == b""
        assert watch.expired


def test_a_connection_that_comes_too_late_is_cut_at_once() -> None:
    first, second = socket.socketpair()
    ours, theirs = socket.socketpair()
    with first, second, ours, theirs, Watch(0.05) as watch:
        watch.guard(first)
        first.recv(1)
        watch.guard(ours)
        assert ours.recv(1) == b""


def test_a_closed_connection_and_none_are_no_trouble() -> None:
    ours, theirs = socket.socketpair()
    with theirs, Watch(0) as watch:
        ours.close()
        watch.guard(ours)
        watch.guard(None)


def test_what_ends_in_time_is_left_alone() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        with Watch(60) as watch:
            watch.guard(ours)
        theirs.sendall(b"x")
        assert ours.recv(1) == b"x" and not watch.expired
