"""From matches to mail: digests built, rendered and put into the outbox, and the outbox sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from alerts import moving, stranded, taken_off, webhooks, weekly
from alerts.delivery import Run, deliver
from alerts.digests import build
from alerts.matches import Due, audience, due
from alerts.mime import stop_link
from alerts.operators import notify
from alerts.outbox import prepare
from alerts.posting import Hooks
from alerts.rendering import Rendered, render
from alerts.sight import look
from alerts.transports import transport
from alerts.upcoming import upcoming
from normwatch.visits import due as visits_due
from normwatch.visits import plan, refresh_watched
from spiders.rows import KINDS
from store.planned import watched

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from normwatch.config import Config
    from organisations import Resolver
    from store.archive import Archive


@dataclass(frozen=True, slots=True)
class Teller:
    """Puts the rooms of `alerts/` together for one configuration."""

    archive: Archive
    resolver: Resolver
    config: Config

    def write(self, connection: Connection, one: Due, now: datetime) -> Rendered:
        """One recipient's digest, built and rendered."""
        digest = build(
            connection,
            self.resolver,
            recipient=one.recipient,
            watchlists=one.watchlists,
            matches=one.matches,
            period=one.period,
            now=now,
            settings=self.config.digests,
            outlook=one.outlook,
        )
        mail = self.config.mail
        return render(digest, self.config.digests, site=mail.public_url, stop=stop_link(mail, one.recipient, one.token))

    def preview(
        self, now: datetime, watchlist: str | None = None, *, later: bool = False
    ) -> Iterator[tuple[Due, Rendered]]:
        """What would be sent at `now`; nothing is written. With `watchlist`, by that one alone.

        `later` adds what waits for a due time to come: such a digest's period ends after `now`.
        """
        chosen = audience(one for one in self.config.watchlists if watchlist in (None, one.name))
        with self.archive.read() as connection:
            planned = [one for kind in KINDS for one in plan(visits_due(connection, self.config, kind, now))]
            sight = look(connection, now, planned if watched(connection) else None)
            ahead = moving.ahead(connection, self.config.watchlists)
            found = list(due(connection, chosen, now, self.config.mail.quiet, sight, ahead=ahead))
            if later:
                found += upcoming(connection, chosen, now, sight, found, ahead=ahead)
            for one in found:
                yield one, self.write(connection, one, max(now, one.period.end))

    def prepare(self, now: datetime) -> list[int]:
        """Make what is due into messages, one recipient a transaction, and tell operators of faults; returns their ids.

        A run that is interrupted leaves the other recipients' digests due.
        """
        made = []
        refresh_watched(self.archive, self.config, now)
        with self.archive.write() as connection:
            moving.follow(connection, self.config.watchlists)
        for recipient, lists in audience(self.config.watchlists).items():
            with self.archive.write() as connection:
                write = partial(self.write, connection, now=now)
                made += prepare(connection, {recipient: lists}, write, self.config.mail, now)
        with self.archive.write() as connection:
            made += webhooks.prepare(
                connection,
                self.resolver,
                hooks=self.config.webhooks,
                watchlists=self.config.watchlists,
                settings=self.config.mail,
                now=now,
            )
            watched = self.config.watchlists
            owed = stranded.faults(connection, watched)
            owed |= moving.faults(connection, watched, self.config.recipients)
            owed |= taken_off.faults(connection, watched, self.config.audience)
            made += notify(connection, self.config.mail, now, owed)
            names = [one.name for one in watched]
            return made + weekly.prepare(connection, names, self.config.mail, now)

    def send(self, clock: Callable[[], datetime]) -> Run:
        """Prepare and deliver. Whatever interrupts it is made up by the next run."""
        self.prepare(clock())
        return self.deliver(clock)

    def deliver(self, clock: Callable[[], datetime]) -> Run:
        """Send what is in the outbox, and make nothing new."""
        run = deliver(self.archive, transport(self.config.mail), clock, self.config.mail)
        if self.config.webhooks:
            posted = deliver(self.archive, Hooks(self.config.webhooks, clock), clock, self.config.mail)
            run.outcomes += posted.outcomes
            run.sent += posted.sent
            run.failures += posted.failures
            run.fault = run.fault or posted.fault
        return run
