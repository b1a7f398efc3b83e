from bot.api.rates import WINDOW, RateLimiter


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_lets_a_window_of_requests_through_then_names_the_wait() -> None:
    clock = Clock()
    limiter = RateLimiter(clock=clock)
    assert [limiter.wait("a", 2) for _ in range(2)] == [0, 0]
    clock.now = 10.0
    assert limiter.wait("a", 2) == 51
    clock.now = WINDOW
    assert limiter.wait("a", 2) == 0


def test_keys_do_not_share() -> None:
    limiter = RateLimiter(clock=Clock())
    assert limiter.wait("a", 1) == 0
    assert limiter.wait("b", 1) == 0
    assert limiter.wait("a", 1) > 0


def test_the_same_request_again_is_not_counted_even_at_the_limit() -> None:
    limiter = RateLimiter(clock=Clock())
    assert [limiter.wait("a", 1, once="m1") for _ in range(5)] == [0] * 5
    assert limiter.wait("a", 1, once="m2") > 0
    assert limiter.wait("a", 1) > 0


def test_a_limit_of_nothing_lets_nothing_through() -> None:
    assert RateLimiter(clock=Clock()).wait("a", 0) == WINDOW


def test_memory_is_bounded() -> None:
    limiter = RateLimiter(keys=3, clock=Clock())
    for key in "abcd":
        limiter.wait(key, 1)
    assert limiter.wait("d", 1) > 0
    assert limiter.wait("a", 1) == 0  # forgotten, the oldest
