from bot.llm.breaker import Breaker


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Clock) -> Breaker:
    breaker = Breaker(5, 30.0, clock)
    for _ in range(5):
        assert breaker.admit()
        breaker.failed()
    return breaker


def test_it_opens_at_the_fifth_failure_in_a_row_and_no_sooner() -> None:
    breaker = Breaker(5, 30.0, Clock())
    for _ in range(4):
        breaker.failed()
    assert breaker.admit()
    breaker.failed()
    assert breaker.state.value == "open"
    assert not breaker.admit()


def test_a_success_in_between_starts_the_count_anew() -> None:
    breaker = Breaker(2, 30.0, Clock())
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert breaker.admit()


def test_after_the_pause_one_call_is_the_probe() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now = 29.9
    assert not breaker.admit()
    clock.now = 30.0
    assert breaker.admit()
    assert breaker.state.value == "probing"
    assert not breaker.admit()
    breaker.succeeded()
    assert breaker.state.value == "closed"
    assert breaker.admit()


def test_a_failed_probe_opens_it_for_another_pause() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now = 30.0
    assert breaker.admit()
    breaker.failed()
    clock.now = 59.9
    assert not breaker.admit()
    clock.now = 60.0
    assert breaker.admit()


def test_a_cancelled_probe_leaves_room_for_the_next() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now = 30.0
    assert breaker.admit()
    breaker.released()
    assert breaker.state.value == "open"
    assert breaker.admit()
