"""Kill -9 at random instants, with readers that never look away: nothing acknowledged is lost, nothing is seen torn.

Articles come in pairs, p7-a and p7-b, that are always written together and carry one version number. A writer says on
a pipe what it is about to do and, after the call came back, that it is done; it is killed; a fresh process compares
the archive with what was said. Beside it two threads of one process read all the time and never reopen. Started as a
program, this file is the process that forks.
"""

import json
import os
import random
import select
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import crashing
import pytest
from crashing import EMBEDDER, HANG, Say, article, child, holdings, listen, problems, quietly, text, word

from index.archive import Archive
from index.errors import BylineError
from index.lexical import query_terms
from index.view import View

ROUNDS = 200
PAIRS = 8
Versions = dict[str, int]  # the pairs that are there, each in which version


# The writer.


def write(folder: Path, have: Versions, earlier: Versions, seed: int, say: Say) -> None:
    """Change the archive at random until killed. `have` and `earlier`: what it holds, and held one command ago."""
    dice = random.Random(seed)
    archive = Archive.open(folder, EMBEDDER)
    say("begin")
    while True:
        wanted = dict(have)
        what = dice.choice(["write", "write", "write", "remove", "undo"])
        some = dice.sample(range(PAIRS), dice.randint(1, 2))
        if what == "undo" and earlier != have:
            say("intent", earlier)
            archive.undo()
            wanted = earlier
        elif what == "remove" and (gone := [f"p{i}" for i in some if f"p{i}" in have]):
            wanted = {pair: version for pair, version in have.items() if pair not in gone}
            say("intent", wanted)
            archive.remove(both(gone))
        else:
            wanted |= {f"p{i}": dice.randrange(10**9) for i in some}
            say("intent", wanted)
            archive.add_articles([article(id, wanted[id[:-2]]) for id in both(f"p{i}" for i in some)])
        have, earlier = wanted, have
        say("done")


def both(pairs: Iterable[str]) -> list[str]:
    """The ids of the articles of some pairs."""
    return [f"{pair}-{side}" for pair in pairs for side in "ab"]


# The readers.


def read(folder: Path, say: Say) -> None:
    """Look at the archive in two threads until told to end; say how much was seen, and what of it was torn."""
    os.nice(5)
    parent = os.getppid()
    archive = Archive.open(folder, EMBEDDER)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    seen = [Counter(), Counter()]
    torn: list[str] = []
    threads = [threading.Thread(target=watch, args=(archive, stop, counts, torn)) for counts in seen]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(0.2)  # so that the signal is heard
            if os.getppid() != parent:
                stop.set()  # whoever would have told it to end is gone
    say(dict(seen[0] + seen[1]), torn[:20], len(torn))


def watch(archive: Archive, stop: threading.Event, counts: Counter[str], torn: list[str]) -> None:
    """One thread: look after look, each consistent in itself and never older than the one before."""
    last = -1
    while not stop.is_set():
        try:
            with archive.view() as view:
                wrong = look(view)
                if view.generation < last:
                    wrong.append(f"generation {view.generation} after {last}")
                counts["looks"] += 1
                counts["generations"] += view.generation != last
                last = view.generation
                torn += [f"at generation {view.generation}: {what}" for what in wrong]
            pairs: dict[str, set[str]] = {}
            for hit in archive.search_by_words("ferry", 10 * PAIRS):
                pairs.setdefault(hit.passage.article.id[:-2], set()).add(hit.passage.text.split()[2])
            torn += [f"search: {pair} is {words}" for pair, words in pairs.items() if len(words) != 2]
            counts["searches"] += 1
        except BylineError as error:
            torn.append(f"{type(error).__name__}: {error}")
        except Exception as error:
            torn.append(f"a reader met {type(error).__name__}: {error}")
        time.sleep(0.002)  # the writer wants a processor too


def look(view: View) -> list[str]:
    """What is torn in one view: by words and by vector it must show the same whole pairs."""
    wrong = []
    question = EMBEDDER.encode_question("ferry monday crews")
    shown = {}
    by_words, _ = view.lexical(query_terms("ferry"), 1000)
    by_vector, _ = view.dense(question, len(by_words))  # not one more: what is not there must not crowd out what is
    for way, ids in (("words", by_words), ("vector", by_vector)):
        rows = view.load(ids.tolist())
        shown[way] = {rows.passage(i).article.id: rows.passage(i).text for i in range(len(rows))}
        for id, said in shown[way].items():
            version = int(said.split()[2].rpartition("v")[2])
            other = id[:-1] + ("b" if id.endswith("a") else "a")
            if shown[way].get(other) != text(other, version):
                wrong.append(f"by {way}: {id} in version {version}, beside it {shown[way].get(other)!r}")
    if shown["words"] != shown["vector"]:
        wrong.append(f"by words {sorted(shown['words'])}, by vector {sorted(shown['vector'])}, or other versions")
    return wrong


# The process that forks.


def check(folder: Path, states: list[Versions], say: Say) -> None:
    """Compare the archive with the states it may be in; says which it is, and what is wrong."""
    with Archive.open(folder, EMBEDDER) as archive:
        held = holdings(archive)
        gone = {word(id, state[id[:-2]]) for state in states for id in both(state)}
        gone -= {said.split()[2] for said in held.values()}
        end = time.monotonic() + 2.0
        while (wrong := problems(archive, gone)) and time.monotonic() < end:
            time.sleep(0.02)  # the reader may be healing at this moment, and is not waited for
        wanted = [{id: text(id, state[id[:-2]]) for id in both(state)} for state in states]
        which = wanted.index(held) if held in wanted else -1
        if which < 0:
            wrong.append(f"it holds {sorted(held)}, not {' or '.join(str(sorted(state)) for state in wanted)}")
        say(which, wrong or problems(archive, gone, doctor=True))


def drive(folder: Path, seed: int, rounds: int) -> dict[str, Any]:
    """All rounds; the report. Ends early when something is wrong."""
    dice = random.Random(seed)
    quietly(lambda say: Archive.create(folder, EMBEDDER).close())
    reader = child(partial(read, folder))
    have: Versions = {}
    earlier: Versions = {}
    total: Counter[str] = Counter()
    wrong: list[str] = []
    while total["rounds"] < rounds and not wrong:
        writer = child(partial(write, folder, have, earlier, dice.randrange(1 << 30)))
        select.select([writer[1]], [], [], HANG)  # it has begun
        time.sleep(dice.uniform(0, 0.15))
        os.kill(writer[0], signal.SIGKILL)
        said, code = listen(*writer, seconds=HANG)
        if code != -signal.SIGKILL:
            wrong.append(f"the writer ended with {code} before it was killed")
        for what in said:
            if what[0] == "intent":
                flying = what[1]
            elif what[0] == "done":
                have, earlier = flying, have
                total["acknowledged"] += 1
        cut = bool(said) and said[-1][0] == "intent"
        total["cut short"] += cut
        states = [have, flying] if cut else [have]
        seen, code = listen(*child(partial(check, folder, states)), seconds=HANG)
        if code or not seen:
            wrong.append(f"the archive cannot be used: the process that looked at it ended with {code}")
        else:
            wrong += [f"round {total['rounds']}: {what}" for what in seen[0][1]]
            if seen[0][0] == 1 and states[0] != states[1]:
                have, earlier = flying, have
                total["in flight and kept"] += 1
        total["rounds"] += 1
    os.kill(reader[0], signal.SIGTERM)
    seen, code = listen(*reader, seconds=HANG)
    return {**total, "wrong": wrong, "reader": seen, "reader ended": code}


@pytest.mark.slow
def test_kills_lose_nothing_and_readers_see_nothing_torn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seed = int(os.environ.get("KILL_SEED") or time.time())
    rounds = int(os.environ.get("KILL_ROUNDS") or ROUNDS)
    report = crashing.zygote(__file__, {"seed": seed, "rounds": rounds}, tmp_path / "log")
    with capsys.disabled():
        print(f"\nKILL_SEED={seed}: {json.dumps(report)[:400]}")
    log = (tmp_path / "log").read_text()[-3000:]
    assert not report["wrong"], f"KILL_SEED={seed}: {report['wrong'][:10]}\n{log}"
    assert report["reader ended"] == 0 and report["reader"], f"the reader ended with {report['reader ended']}\n{log}"
    counts, torn, number = report["reader"][0]
    assert not torn, f"KILL_SEED={seed}: {number} torn reads in {counts}: {torn}"
    assert report["rounds"] == rounds and min(report["acknowledged"], report["cut short"]) > rounds // 2
    assert min(counts["generations"], counts["searches"]) > rounds, counts


if __name__ == "__main__":
    order = json.loads(sys.argv[1])
    crashing.warm()
    print(json.dumps(drive(Path(order["place"]) / "archive", order["seed"], order["rounds"])))
