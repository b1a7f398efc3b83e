"""The rules of the policy in words, for staff who ask why the assistant did what it did."""

_WORDS = {
    "a_sentence_is_high_risk": "One sentence is a high-risk question",
    "answer_did_not_help": "The customer said that the answer did not help",
    "best_intent_hands_over": "The likeliest intent always goes to a person",
    "chosen_option_is_high_risk": "The option that was chosen is high risk",
    "distress_or_legal_matter": "Distress, or a legal matter",
    "far_from_every_example": "Far from everything the help articles are about",
    "furious": "The customer is furious",
    "high_risk_phrase": "A phrase that always goes to a person",
    "language_without_articles": "No articles in the customer's language",
    "nearest_articles": "Too thin to tell, so the nearest articles were offered",
    "no_article_near": "No article is near",
    "no_option_fits": "None of the offered options fits",
    "nothing_but_personal_data": "The message held nothing but personal data",
    "option_chosen": "The customer chose this option",
    "out_of_scope": "Like the examples that are about something else",
    "person_asked_for": "The customer asked for a person",
    "same_thing_again": "The same thing came up again",
    "several_articles_close": "Several articles are about as likely",
    "several_questions": "Several questions in one message",
    "small_talk": "Small talk",
    "summed_high_risk": "High-risk intents together are too likely",
    "support_too_thin": "No article supports an answer well enough",
    "supported": "The best article supports the answer",
    "thanks": "Thanks",
    "thin_after_clarifying": "Still too thin after one question back",
    "too_few_words": "Too few words to tell",
    "topic_for_people": "A topic without an article, which people see to",
    "waiting": "A person is awaited, so it was added for them",
}


def rule_words(rule: str) -> str:
    """A rule in words; one that isn't known as it is, spaced out."""
    return _WORDS.get(rule) or rule.replace("_", " ").strip().capitalize() or "–"
