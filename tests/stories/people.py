"""Two and more people at once: clients signed in on connections of their own, and threads that start together."""

import threading

from django.db import connections
from django.test import Client


def signed_in(person):
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def all_at_once(*acts):
    """Run every act in a thread of its own, all released together; return their results in order."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index, act):
        try:
            gate.wait(timeout=30)
            results[index] = act()
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
        assert not thread.is_alive(), "an act never came back"
    return results


def in_turns(first_does, second_does):
    """Run `first_does` up to the point where it calls its argument, then let `second_does` begin; return both.

    The second begins while the first stands still inside its transaction for at most a second: time enough to
    pass it, if nothing holds the second back.
    """
    reached, second_done = threading.Event(), threading.Event()

    def pause():
        reached.set()
        second_done.wait(timeout=1)

    def second():
        assert reached.wait(timeout=30)
        try:
            return second_does()
        finally:
            second_done.set()

    return all_at_once(lambda: first_does(pause), second)
