#!/usr/bin/env python3
"""Run spotgen's output against a real control plane. README.md says how to look around in it.

A case shares its control plane with the other cases of its lane, one after the other; lanes run side by side.
"""

import argparse
import concurrent.futures
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

from binaries import Binaries
from cases import CASES
from control_plane import ControlPlane
from failure import Failed, Unavailable, indented
from program import Spotgen


# What a case says is below its name.
MARGIN = " " * 9


class Case:
    """What a case is given, and what it has to say."""

    def __init__(self, name, plane, binaries):
        self.name = name
        self.plane = plane
        self.api = plane.api
        self.binaries = binaries
        self.spotgen = Spotgen(binaries.spotgen())
        self.folder = plane.folder / name
        self.folder.mkdir()
        self.said = []

    def say(self, text):
        self.said.append(text)

    def left_out(self, what):
        """Named, so that nobody takes it for checked."""
        self.said.append(f"left out: {what}")


class Run:
    def __init__(self, options, binaries):
        self.options = options
        self.binaries = binaries
        self.folder = Path(tempfile.mkdtemp(prefix="spotgen-cluster-"))
        self.planes = []
        self.lock = threading.Lock()
        self.is_over = False

    def print(self, text):
        with self.lock:
            print(text, flush=True)

    def plane(self, lane):
        plane = ControlPlane(lane, self.folder / lane, self.binaries, self.print)
        with self.lock:
            # After an interrupt nothing may be started that nobody would end.
            if self.is_over:
                raise Failed("interrupted")
            self.planes.append(plane)
        return plane

    def lane(self, lane, names):
        """The names of the cases that failed."""
        failed, plane = [], None
        try:
            for number, name in enumerate(names):
                if plane is None:
                    plane = self.plane(f"{lane}-{number}" if number else lane)
                    if not self.start(plane):
                        return failed + names[number:]
                if not self.case(name, plane):
                    failed.append(name)
                    # What it has left behind is nothing that the next one should find.
                    self.let_go(plane)
                    plane = None
            return failed
        finally:
            if plane is not None:
                self.let_go(plane)

    def start(self, plane):
        began = time.monotonic()
        try:
            plane.start()
        except Exception as error:  # noqa: BLE001: shown, with what the processes said
            self.failed(f"the control plane of {plane.name}", plane, error)
            return False
        self.print(f"up       {plane.name}: control plane, {time.monotonic() - began:.1f} s")
        return True

    def let_go(self, plane):
        if not self.options.keep:
            plane.close()

    def case(self, name, plane):
        """Whether it passes, or is left out where that is allowed."""
        began = time.monotonic()
        try:
            case = Case(name, plane, self.binaries)
            CASES[name].run(case)
        except Unavailable as missing:
            self.print(f"left out {name}: {missing}")
            return not missing.is_failure
        except Exception as error:  # noqa: BLE001: shown, and the other cases go on
            self.failed(name, plane, error)
            return False
        said = [indented(text, MARGIN) for text in case.said]
        self.print("\n".join([f"passed   {name}, {time.monotonic() - began:.1f} s", *said]))
        return True

    def failed(self, name, plane, error):
        if self.is_over:
            return
        text = str(error) if isinstance(error, Failed) else "".join(traceback.format_exception(error))
        lines = [f"FAILED   {name}", indented(text, MARGIN)]
        for process in plane.processes.ended():
            lines.append(f"{MARGIN}{process} has ended; its last lines:")
            lines.append(indented(plane.processes.tail(process), MARGIN + "    "))
        lines.append(f"{MARGIN}logs: {plane.folder}")
        self.print("\n".join(lines))

    def all(self, names):
        lanes = {}
        for name in names:
            lanes.setdefault(CASES[name].LANE, []).append(name)
        pool = concurrent.futures.ThreadPoolExecutor(self.options.lanes)
        try:
            results = [pool.submit(self.lane, lane, some) for lane, some in lanes.items()]
            return [name for result in results for name in result.result()]
        except KeyboardInterrupt:
            # With their control planes gone the cases end at once.
            self.close()
            raise
        finally:
            pool.shutdown(cancel_futures=True)

    def keep(self):
        for plane in self.planes:
            self.print(f"kubectl --kubeconfig {plane.folder / 'admin.kubeconfig'} get all -A   # {plane.name}")
        self.print("press Enter, or send an interrupt, to end everything")
        sys.stdin.readline()

    def close(self):
        with self.lock:
            self.is_over = True
        for plane in self.planes:
            plane.close()


def interrupted(number, _frame):
    raise KeyboardInterrupt(signal.Signals(number).name)


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", help="all, where none is named")
    parser.add_argument("--list", action="store_true", help="say what each case shows, and end")
    parser.add_argument("--keep", action="store_true", help="leave the control planes up until Enter is pressed")
    parser.add_argument("--bin", metavar="DIR", help="the folder of the components")
    parser.add_argument("--lanes", type=int, default=os.cpu_count() or 1, metavar="N", help="control planes at a time")
    chosen = parser.parse_args()
    for name in chosen.cases:
        if name not in CASES:
            parser.error(f"there is no case {name}; there are {', '.join(CASES)}")
    return chosen


def main():
    chosen = options()
    if chosen.list:
        for name, case in CASES.items():
            print(f"{name:10} {case.__doc__.strip().splitlines()[0]}")
        return 0
    binaries = Binaries(chosen.bin)
    if missing := binaries.missing():
        print(f"not in {binaries.folder}: {', '.join(missing)}", file=sys.stderr)
        print("tests/cluster/build/build.sh builds them", file=sys.stderr)
        return 2
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    run = Run(chosen, binaries)
    failed = []
    try:
        began = time.monotonic()
        failed = run.all([name for name in CASES if name in (chosen.cases or CASES)])
        print(f"{time.monotonic() - began:.0f} s; " + (f"FAILED: {', '.join(failed)}" if failed else "all passed"))
        if chosen.keep:
            run.keep()
    except KeyboardInterrupt:
        failed = ["interrupted"]
        print("interrupted: ending what was started", file=sys.stderr)
    finally:
        run.close()
        if not failed:
            shutil.rmtree(run.folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
