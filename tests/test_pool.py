"""Work that takes a core: done in turn by a few threads, with the context of who asks for it."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.errors import BadQuestion
from assistant.pool import in_turn
from vectorstore.trace import request_id, serving

CORES = min(4, os.cpu_count() or 1)


def test_no_more_threads_work_than_there_are_cores() -> None:
    guard, working, most, names = threading.Lock(), 0, 0, set()

    def work() -> None:
        nonlocal working, most
        with guard:
            working += 1
            most = max(most, working)
            names.add(threading.current_thread().name)
        time.sleep(0.02)
        with guard:
            working -= 1

    with ThreadPoolExecutor(12) as askers:
        list(askers.map(lambda _: in_turn(work), range(36)))
    assert most == CORES == len(names)


def test_who_comes_first_is_served_first() -> None:
    gate, served = threading.Event(), list[int]()
    with ThreadPoolExecutor(20) as askers:
        held = [askers.submit(in_turn, lambda: gate.wait(5)) for _ in range(CORES)]
        time.sleep(0.05)
        asked = []
        for number in range(8):
            asked.append(askers.submit(in_turn, lambda number=number: served.append(number)))
            time.sleep(0.02)
        gate.set()
        assert all(each.result() for each in held)
        assert [each.result() for each in asked] == [None] * 8
    # Two threads may write two neighbours down the other way round.
    assert all(abs(place - number) < CORES for place, number in enumerate(served))


def test_it_is_done_in_the_context_of_its_request() -> None:
    with serving("one"):
        assert in_turn(request_id) == "one"
    assert in_turn(request_id) == ""


def test_what_fails_there_fails_here() -> None:
    def fail() -> None:
        raise BadQuestion("空")

    with pytest.raises(BadQuestion, match="空"):
        in_turn(fail)
    assert in_turn(lambda: 1) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own() -> None:
    assert in_turn(lambda: 1) == 1
    child = os.fork()
    if child == 0:
        # It would wait for ever for its parent's threads.
        threading.Timer(5, os._exit, [1]).start()
        os._exit(0 if in_turn(lambda: 2) == 2 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
