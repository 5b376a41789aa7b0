# SPDX-License-Identifier: MPL-2.0
"""A kea-dhcp4 or kea-dhcp6 of a test's own.

    server = Kea(folder, link, {"subnet4": [subnet(1, "10.0.0.0/24", "10.0.0.10 - 10.0.0.20")]}).start()
    server.command("config-get")["arguments"]; server.reload({...}); server.sighup(); server.wait_log("PATTERN"); server.stop()

KEA_NETBOX_WRAP runs it under something else: "valgrind --error-exitcode=99", "env LD_PRELOAD=/usr/lib/…/libasan.so"."""

import collections
import contextlib
import copy
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time

from client import NoAnswer
from waiting import PATIENCE, eventually

STOP_BOUND = 2 * PATIENCE
Stopped = collections.namedtuple("Stopped", "code seconds")


def subnet(number, prefix, pool=None, reservations=(), **keys):
    """A subnet4 of the configuration; keys with _ for -: subnet(1, "10.0.0.0/24", next_server="10.0.0.2")."""
    pools = [pool] if isinstance(pool, str) else pool or []
    return {"id": number, "subnet": prefix, "pools": [{"pool": each} for each in pools],
            "reservations": list(reservations), **{key.replace("_", "-"): value for key, value in keys.items()}}


def reservation(mac, address, **keys):
    return {"hw-address": mac, "ip-address": address, **{key.replace("_", "-"): value for key, value in keys.items()}}


def subnet6(number, prefix, pool=None, reservations=(), pd_pools=(), **keys):
    """A subnet6; pd_pools: [("2001:db8:f::/48", 56)]."""
    delegated = []
    for net, length in pd_pools:
        start, own_length = net.split("/")
        delegated.append({"prefix": start, "prefix-len": int(own_length), "delegated-len": length})
    return {**subnet(number, prefix, pool, reservations, **keys), "pd-pools": delegated}


def reservation6(addresses=(), prefixes=(), **keys):
    """reservation6(["2001:db8::5"], duid="00:03:…", hostname="printer")"""
    keys = {key.replace("_", "-"): value for key, value in keys.items()}
    return {"ip-addresses": list(addresses), "prefixes": list(prefixes), **keys}


class Kea:
    """config: what stands below "Dhcp4"; what a test leaves out (interfaces, control socket, lease file, log) is filled in.
    It is kept in `config`; a test may change that and call reload() or write()."""

    program = "kea-dhcp4"
    # What is said to it and what it says, its log included: in a test's words (twins.py).
    say = hear = staticmethod(lambda value: value)

    def __init__(self, folder, link, config=None, program=None, level=99):
        self.folder, self.link, self.client = pathlib.Path(folder), link, link.client
        self.program = program or self.program
        self.root = "Dhcp6" if self.program.endswith("6") else "Dhcp4"
        self.folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        self.config_file, self.log_file = self.folder / "kea.conf", self.folder / "log"
        self.socket = self.folder / "socket"
        assert len(str(self.socket)) < 108, f"no Unix socket can have a name as long as {self.socket}"
        self.config = {**self._defaults(level), **copy.deepcopy(config or {})}
        # AppArmor's profile goes by the path of the program and would deny a test's folder: a copy is out of its reach.
        self.binary = shutil.copy2(shutil.which(self.program) or f"/usr/sbin/{self.program}", self.folder)
        self.process = None

    def _defaults(self, level):
        interfaces = {"interfaces": [self.link.interface]}
        if self.root == "Dhcp4":
            own = {"interfaces-config": {**interfaces, "dhcp-socket-type": "raw"}}
        else:
            # Without one of its own kea-dhcp6 makes itself an identifier and keeps it in /var/lib/kea, whatever folder it is given.
            identifier = {"type": "EN", "enterprise-id": 2495, "identifier": "6B6561", "persist": False}
            own = {"interfaces-config": interfaces, "server-id": identifier}
        return {
            **own,
            "control-socket": {"socket-type": "unix", "socket-name": str(self.socket)},
            "lease-database": {"type": "memfile", "name": str(self.folder / "leases"), "lfc-interval": 0},
            "loggers": [{"name": self.program, "severity": "DEBUG" if level else "INFO", "debuglevel": level,
                         "output_options": [{"output": "stdout"}]}],
        }

    # The process.

    def write(self, config=None):
        """Writes the configuration file, of `config` or of what it is given, which it keeps."""
        if config is not None:
            self.config = {**self.config, **copy.deepcopy(config)}
        self.config_file.write_text(json.dumps(self.say({self.root: self.config}), indent=1, ensure_ascii=False))
        return self

    def environment(self):
        folder = str(self.folder)
        names = ("KEA_PIDFILE_DIR", "KEA_LOCKFILE_DIR", "KEA_CONTROL_SOCKET_DIR", "KEA_DHCP_DATA_DIR", "KEA_LOG_FILE_DIR")
        return {**os.environ, **dict.fromkeys(names, folder)}

    def _launch(self):
        assert self.process is None, "it was started already"
        wrap = shlex.split(os.environ.get("KEA_NETBOX_WRAP", ""))
        # Dies with us, even if we are killed.
        words = ["setpriv", "--pdeathsig", "KILL", *wrap, self.binary, "-c", self.config_file]
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment())
        return self

    def start(self):
        """Returns when it answers on its control socket, and so after its configuration was applied."""
        self.write()
        self._launch()

        def answers():
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.program} ended with {self.process.returncode}:\n{self.tail()}")
            with contextlib.suppress(OSError, ValueError):
                return self.command("config-get")
        eventually(answers, f"{self.program} answers config-get")
        return self

    def refused_to_start(self):
        """Starts it, expecting that it refuses its configuration and ends. Returns the log."""
        self.write()
        self._launch()
        code = eventually(self._ended_or_answers, f"{self.program} ends")
        assert code != "answers", f"{self.program} started, against expectation:\n{self.tail()}"
        self.process = None
        assert int(code) != 0, "it ended, but with exit code 0"
        return self.log()

    def _ended_or_answers(self):
        if self.process.poll() is not None:
            return str(self.process.returncode)
        with contextlib.suppress(OSError, ValueError):
            self.command("config-get")
            return "answers"
        return None

    def check(self):
        """kea-dhcp4 -t: its exit code and all it said."""
        self.write()
        done = subprocess.run([self.binary, "-t", self.config_file], env=self.environment(), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=STOP_BOUND)
        return done.returncode, done.stdout

    @property
    def pid(self):
        return self.process.pid

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None

    def stop(self):
        """SIGTERM. Its exit code and the seconds it took: to be printed, not to be asserted. A server that does not end within
        a long bound is killed, and that fails the test."""
        process, self.process = self.process, None
        begin = time.monotonic()
        process.terminate()
        try:
            return Stopped(process.wait(STOP_BOUND), time.monotonic() - begin)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"{self.program} ignored SIGTERM for {STOP_BOUND:.0f} s:\n{self.tail()}") from None

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process = None

    def restart(self):
        self.stop()
        return self.start()

    # Its commands.

    def command(self, name, arguments=None, expect=0):
        """Kea's whole answer. It must carry the result that is expected; None: whatever it is."""
        order = {"command": name, **({} if arguments is None else {"arguments": self.say(arguments)})}
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2 * PATIENCE)
            connection.connect(str(self.socket))
            connection.sendall(json.dumps(order, ensure_ascii=False).encode())
            answer = json.loads(b"".join(iter(lambda: connection.recv(1 << 20), b"")))
        assert expect in (None, answer["result"]), f"{name}: {answer}"
        return self.hear(answer)

    def running_config(self):
        """What Kea says it runs, below "Dhcp4" or "Dhcp6"."""
        running = self.command("config-get")["arguments"]
        return running.get("Dhcp4") or running["Dhcp6"]

    def subnets(self):
        """The running subnets by their id."""
        running = self.running_config()
        return {each["id"]: each for each in running.get("subnet4") or running.get("subnet6") or []}

    def set(self, config, expect=0):
        """config-set of what is given, the rest as in `config`, which keeps what it was."""
        return self.command("config-set", {self.root: {**self.config, **config}}, expect)

    def reload(self, config=None, expect=0):
        self.write(config)
        return self.command("config-reload", expect=expect)

    def sighup(self, config=None):
        """Reload by signal. True where Kea says that it took the configuration."""
        self.write(config)
        begin = self.mark()
        self.process.send_signal(signal.SIGHUP)
        return self.wait_log("DHCP[46]_DYNAMIC_RECONFIGURATION_(SUCCESS|FAIL)", begin).group(1) == "SUCCESS"

    def round_trip(self):
        """Returns when the server's main loop has been around: what was received before has been looked at."""
        for _ in range(2):
            self.command("version-get")

    def serves(self, mac, giaddr=None, patience=10, **identity):
        """Whether a client gets a lease. For "no", see also DhcpClient.is_ignored, which needs no waiting."""
        client = self.client
        try:
            return client.request(client.ask(client.discovery(mac, giaddr, **identity), patience)).granted
        except NoAnswer:
            return False

    # Its log.

    def mark(self):
        """The log's end as of now, for `since`."""
        return self.log_file.stat().st_size if self.log_file.exists() else 0

    def log(self, since=0):
        with self.log_file.open("rb") as log:
            log.seek(since)
            return self.hear(log.read().decode(errors="replace"))

    def tail(self, lines=40):
        """The log's end without its debug lines."""
        return "\n".join([line for line in self.log().splitlines() if " DEBUG " not in line][-lines:])

    def logged(self, pattern, since=0):
        """All matches in the log."""
        return re.findall(pattern, self.log(since), re.MULTILINE)

    def wait_log(self, pattern, since=0):
        """The first match, once it is there."""
        def found():
            ended = not self.running
            match = re.search(pattern, self.log(since), re.MULTILINE)
            if not match and ended:
                raise RuntimeError(f"{self.program} has ended and never logged {pattern}:\n{self.tail()}")
            return match
        return eventually(found, f"the log says {pattern}")
