from redaction.recognisers.talk import idea_of


def test_a_word_that_is_nearly_two_others_always_means_the_same() -> None:
    assert [idea_of(word) for word in ("digitos", "packed")] == ["DIGIT", "STATE"]
