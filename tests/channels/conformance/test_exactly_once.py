"""Whatever gets lost on the way, one post stands there in the end."""

from __future__ import annotations

from tests.channels.conformance.bench import Bench
from tests.channels.conformance.harness import Harness
from vaandel.channels.adapter import Account, Evidence, Kind, Memory, Outgoing, Trouble


def carried_on(bench: Bench, account: Account, outgoing: Outgoing, memory: Memory) -> None:
    """What happens after a doubt: looked, and posted again only when it is not there."""
    finding = bench.adapter.look(bench.app, account, outgoing, memory)
    assert finding.evidence is not Evidence.CANNOT_TELL
    if finding.evidence is Evidence.NOT_THERE:
        bench.publish(account, outgoing, memory)
        finding = bench.adapter.look(bench.app, account, outgoing, memory)
    assert finding.evidence is Evidence.THERE
    assert finding.published is not None
    assert finding.published.remote_id


def handed_over(bench: Bench, account: Account, outgoing: Outgoing, memory: Memory) -> str:
    """The id of the post, also when the network says that it stands there already."""
    try:
        return bench.publish(account, outgoing, memory).remote_id
    except Trouble as trouble:
        if trouble.kind is not Kind.DUPLICATE:
            raise
        return trouble.remote_id


def test_posted_and_the_answer_lost(bench: Bench, harness: Harness) -> None:
    account, outgoing, memory = bench.connect(), bench.outgoing(), bench.memory()
    harness.lose_answer()
    trouble = bench.refused(lambda: bench.publish(account, outgoing, memory), account)
    assert trouble.kind is Kind.UNKNOWN
    assert len(harness.standing()) == 1
    carried_on(bench, account, outgoing, memory)
    assert len(harness.standing()) == 1


def test_what_was_found_can_be_taken_down(bench: Bench, harness: Harness) -> None:
    account, outgoing, memory = bench.connect(), bench.outgoing(), bench.memory()
    harness.lose_answer()
    bench.refused(lambda: bench.publish(account, outgoing, memory), account)
    finding = bench.adapter.look(bench.app, account, outgoing, memory)
    assert finding.published is not None
    if bench.adapter.abilities.deletes and harness.deletes:
        bench.adapter.delete(bench.app, account, finding.published.remote_id)
        assert harness.standing() == []


def test_not_posted_and_the_answer_lost(bench: Bench, harness: Harness) -> None:
    account, outgoing, memory = bench.connect(), bench.outgoing(), bench.memory()
    harness.lose_request()
    trouble = bench.refused(lambda: bench.publish(account, outgoing, memory), account)
    assert trouble.kind is Kind.UNKNOWN
    assert harness.standing() == []
    carried_on(bench, account, outgoing, memory)
    assert len(harness.standing()) == 1


def test_a_fault_of_the_network_is_a_doubt(bench: Bench, harness: Harness) -> None:
    account, outgoing, memory = bench.connect(), bench.outgoing(), bench.memory()
    harness.break_down()
    trouble = bench.refused(lambda: bench.publish(account, outgoing, memory), account)
    assert trouble.kind is Kind.UNKNOWN
    carried_on(bench, account, outgoing, memory)
    assert len(harness.standing()) == 1


def test_the_same_publication_handed_over_twice(bench: Bench, harness: Harness) -> None:
    account, outgoing, memory = bench.connect(), bench.outgoing(), bench.memory()
    first = bench.publish(account, outgoing, memory)
    assert handed_over(bench, account, outgoing, memory) in {"", first.remote_id}
    assert len(harness.standing()) == 1


def test_handed_over_again_by_another_process_after_a_lost_answer(
    bench: Bench, harness: Harness
) -> None:
    """All that one process leaves to the next is what stands in the database."""
    account, outgoing = bench.connect(), bench.outgoing()
    harness.lose_answer()
    bench.refused(lambda: bench.publish(account, outgoing, bench.memory()), account)
    carried_on(bench, account, outgoing, Memory(bench.kept, bench.kept.update))
    assert len(harness.standing()) == 1


def test_another_post_is_not_taken_for_ours(bench: Bench, harness: Harness) -> None:
    account, memory = bench.connect(), bench.memory()
    other = bench.outgoing("Something else", link="https://go.acme.example/b/Zz9q1R")
    bench.publish(account, other, bench.memory())
    outgoing = bench.outgoing()
    harness.lose_request()
    bench.refused(lambda: bench.publish(account, outgoing, memory), account)
    carried_on(bench, account, outgoing, memory)
    assert len(harness.standing()) == 2
