"""What a server does beside answering: deliver, fetch, alert, see who is there, end the silent."""

from collections.abc import Sequence
from functools import partial

from bot.alerts import AlertCall, AlertMail, AlertWatch
from bot.answer_mail import AnswerMail, Presence
from bot.api.lifetime import Worker
from bot.config import Settings
from bot.deliveries import DeliveryKind
from bot.delivery import open_alerting, open_helpdesk, open_post
from bot.helpdesk.answering import AnsweringHelpdesk
from bot.helpdesk.letters import Letters
from bot.lines import LinesSource
from bot.outbox import Carrier, OutboxWorker
from bot.relay import Relay
from bot.retention import DailyRetention, Retention
from bot.service import ConversationService
from bot.spans import Tracer
from bot.store import Store
from bot.store_outbox import ALERTS


def workers(
    settings: Settings,
    store: Store,
    service: ConversationService,
    lines: LinesSource,
    tracer: Tracer | None = None,
) -> Sequence[Worker]:
    """Each of them, ready to run.

    Raises:
        ConfigurationError: A setting cannot be used.
    """
    alerting, post = open_alerting(settings), open_post(settings.mail)
    letters = Letters(settings.web.public_url)
    carriers: dict[DeliveryKind, Carrier] = {}
    if post is not None:
        address = settings.web.public_url
        carriers[DeliveryKind.ANSWER] = AnswerMail(store, service.contacts, post, lines, address)
        if alerting.to:
            carriers[DeliveryKind.ALERT_MAIL] = AlertMail(store, post, alerting.to, letters, lines)
    if alerting.webhook is not None:
        carriers[DeliveryKind.ALERT_CALL] = AlertCall(store, alerting.webhook, letters, lines)
    helpdesk = open_helpdesk(settings)
    made: list[Worker] = [
        OutboxWorker(store, helpdesk, carriers=carriers, tracer=tracer),
        Presence(store, service.live),
        service.closing,
        DailyRetention(Retention.of(settings, store)),
    ]
    if isinstance(helpdesk, AnsweringHelpdesk):
        made.append(Relay(store, helpdesk, service.desk, partial(service.digest, "helpdesk")))
    if channels := carriers.keys() & set(ALERTS):
        made.append(AlertWatch(store, alerting.causes, channels))
    return made
