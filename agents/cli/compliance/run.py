"""``tocsin compliance run``: one batch compliance job about all posts of X that are kept."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import click

from agents.cli.common.groups import examples
from agents.cli.common.numbers import Number
from agents.cli.common.start import clients_or_exit, kafka_or_exit, settings_or_exit
from agents.cli.language.say import in_words, say
from agents.deletions.events import gone_in
from agents.deletions.kept import kept_at_x
from agents.deletions.publish import NotForgottenError, publish
from agents.ingest.sources.x.compliance.jobs import ComplianceError, ComplianceJob, ComplianceJobs
from agents.kafka.access import ACCESS
from agents.kafka.clients import KafkaClients, TopicError
from schemas.deletion import Deletion


@click.command(epilog=examples("tocsin compliance run", "tocsin compliance run --wait-s 21600"))
@click.option(
    "--wait-s",
    type=Number(min=0),
    default=3600.0,
    show_default=True,
    help="How long to wait for X's answer.",
)
def command(*, wait_s: float) -> None:
    """Ask X about all of its posts that are shown or labelled, and forget what is gone.

    One batch compliance job: the ids of posts in incidents, in labels and on the page go to X, and
    what it says was deleted, withheld, protected or suspended goes the way of tocsin forget. Run it
    once a day. A job that an earlier run did not wait for is waited for first. It needs
    X_BEARER_TOKEN.
    """
    settings = settings_or_exit()
    kafka = clients_or_exit(settings)
    if not settings.x_bearer_token:
        raise click.UsageError(say("X_BEARER_TOKEN is not set"))
    kafka_or_exit(kafka, ACCESS["compliance run"])
    jobs = ComplianceJobs(settings.x_bearer_token.reveal(), settings.x_base_url)
    try:
        if (before := jobs.under_way()) is not None:
            _apply(jobs, jobs.done(before, wait_s=wait_s), kafka)
        oldest = datetime.now(UTC) - timedelta(days=settings.page_keep_days)
        kept = kept_at_x(kafka, buckets_since_ms=round(oldest.timestamp() * 1000))
        if kept.unreadable:
            click.echo(say("{n:,} records cannot be read.", n=kept.unreadable), err=True)
        click.echo(say("{n:,} posts of X are kept.", n=len(kept.posts)))
        if kept.posts:
            job = jobs.create()
            jobs.upload(job, kept.posts)
            _apply(jobs, jobs.done(job, wait_s=wait_s), kafka)
    except (ComplianceError, TopicError, NotForgottenError) as error:
        raise click.ClickException(in_words(error)) from error


def _apply(jobs: ComplianceJobs, job: ComplianceJob, kafka: KafkaClients) -> None:
    """Have forgotten what the results of a job say; twice does no harm."""
    sent = publish(_deletions(jobs, job), kafka)
    click.echo(say("Job {job}: {n:,} to be forgotten.", job=job.id, n=sent))


def _deletions(jobs: ComplianceJobs, job: ComplianceJob) -> Iterator[Deletion]:
    at = datetime.now(UTC)
    for line in jobs.results(job):
        for kind, subject, cause in gone_in(line):
            yield Deletion(
                id=uuid4().hex,
                at=at,
                kind=kind,
                subject=subject,
                cause=cause,
                by=f"compliance job {job.id}",
            )
