# SPDX-License-Identifier: MPL-2.0
"""A real NetBox on loopback, filled by nobody yet: PostgreSQL, Redis, gunicorn and an rqworker.

    with NetBox() as nb:
        nb.add_custom_fields()
        nb.add_webhook("http://127.0.0.1:8001/event/netbox/", secret="s3cret")

What runs is in the folder that netbox-build made, with a copy of its database that goes at the end. Every process dies
with the thread that started it."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error

from rest import Rest

HERE = pathlib.Path(__file__).resolve().parent
USER = "postgres"  # PostgreSQL refuses to run as root; one user for all that runs keeps it simple


class NetBox(Rest):
    def __init__(self, stock=False):
        """stock: without the range status "dhcp", which no NetBox has before it is told."""
        super().__init__(None, None)
        self.stock = stock
        self.token_v1 = None
        self.root = None
        self._scratch = None
        self._port = 0  # 0: one that is free
        self._processes = {}  # by name, in the order of their start

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_exception):
        self.stop()

    def start(self):
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self):
        build = subprocess.run([HERE / "netbox-build"], stdout=subprocess.PIPE, text=True, check=True)
        self.root = pathlib.Path(build.stdout.strip())
        self.token_v1, self.token = (self.root / "opt/netbox/tokens").read_text().split()
        self._make_scratch()
        self._run("postgres", ["postgres", "-D", self._inside("cluster"), "-k", self._inside()])
        self._run("redis", ["redis-server", "--port", "0", "--unixsocket", self._inside("redis"), "--save", ""])
        self._wait_for(lambda: (self._scratch / ".s.PGSQL.5432").exists() and (self._scratch / "redis").exists())
        self.start_web()
        self.start_worker()
        self._wait_for(lambda: self._answers() and self.workers() > 0)

    def start_web(self):
        """NetBox answers from here on, or soon after; where it answered before it does so again."""
        with socket.create_server(("127.0.0.1", self._port)) as listener:
            self._port = listener.getsockname()[1]
            self.url = f"http://127.0.0.1:{self._port}"
            self._run("gunicorn", ["gunicorn", "netbox.wsgi", "--bind", f"fd://{listener.fileno()}", "--preload",
                                   "--workers", "2", "--threads", "4", "--timeout", "300",
                                   "--worker-tmp-dir", self._inside(), "--no-control-socket"], pass_fds=[listener.fileno()])

    def stop_web(self):
        """Nobody listens where NetBox was; its database and its rqworker go on."""
        self._end("gunicorn", signal.SIGKILL)

    def start_worker(self):
        """Webhooks go out from here on, or soon after, also those that have been waiting."""
        self._run("rqworker", ["netbox", "rqworker", "high", "default", "low"])

    def stop_worker(self):
        """Webhooks wait from here on; one on its way is still sent."""
        self._end("rqworker", signal.SIGTERM)

    def stop(self):
        # There is nothing that anybody would miss. PostgreSQL alone ends by itself: it would leave shared memory behind.
        for name in reversed(list(self._processes)):
            self._end(name, signal.SIGINT if name == "postgres" else signal.SIGKILL)
        if self._scratch is not None:
            shutil.rmtree(self._scratch)
            self._scratch = None

    def workers(self):
        return self.get("/api/status/")["rq-workers-running"]

    def wait_idle(self):
        """Returns when no job is queued and none is running: every webhook so far was sent."""
        # A job on its way from the queue to the worker is in neither count for a moment: look twice.
        quiet = 0
        while quiet < 2:
            self._must_run("rqworker")
            queues = self.get("/api/core/background-queues/")["results"]
            quiet = 0 if any(queue["jobs"] or queue["started_jobs"] for queue in queues) else quiet + 1
            time.sleep(0.05)

    def log_tail(self, lines=40):
        """The end of what each process wrote, for a failed test's report."""
        parts = []
        for log in sorted(self._scratch.glob("*.log")) if self._scratch else []:
            parts += [f"--- {log.name}", *log.read_text(errors="replace").splitlines()[-lines:]]
        return "\n".join(parts)

    def _make_scratch(self):
        parent = self.root / "var/tmp"
        for left in parent.glob("run-*"):  # a killed run could not tidy up
            try:
                os.kill(int(left.name.split("-")[1]), 0)
            except ProcessLookupError:
                shutil.rmtree(left)
        self._scratch = pathlib.Path(tempfile.mkdtemp(prefix=f"run-{os.getpid()}-", dir=parent))
        subprocess.run(["cp", "-a", "--reflink=auto", self.root / "opt/netbox/cluster", self._scratch], check=True)
        subprocess.run(["chown", "--reference", self._scratch / "cluster", self._scratch], check=True)

    def _inside(self, name=""):
        """The path of a file of this run, as the processes in the folder see it."""
        return str(pathlib.Path("/", self._scratch.relative_to(self.root), name))

    def _run(self, name, command, **options):
        environment = {
            "PATH": "/opt/netbox/bin:/usr/bin:/bin",
            "HOME": self._inside(), "LC_ALL": "C.UTF-8",
            "NETBOX_ROOT": "/opt/netbox", "NETBOX_RUN": self._inside(),
            **({"NETBOX_STOCK": "1"} if self.stock else {}),
        }
        with open(self._scratch / f"{name}.log", "ab") as log:
            self._processes[name] = subprocess.Popen(
                ["/usr/sbin/chroot", str(self.root), "/usr/bin/setpriv", "--reuid", USER, "--regid", USER, "--init-groups",
                 "--pdeathsig", "INT" if name == "postgres" else "TERM", *command],
                env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **options)

    def _end(self, name, stop_signal):
        process = self._processes.pop(name)
        process.send_signal(stop_signal)
        if stop_signal == signal.SIGKILL:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, stop_signal)
            for pid in _session(process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, stop_signal)
        process.wait()

    def _must_run(self, *names):
        for name in names:
            if name not in self._processes or self._processes[name].poll() is not None:
                raise RuntimeError(f"{name} is not running\n{self.log_tail()}")

    def _wait_for(self, ready):
        while not ready():
            self._must_run(*self._processes)
            time.sleep(0.05)

    def _answers(self):
        try:
            return self.request("GET", "/api/status/")[0] == 200
        except (urllib.error.URLError, ConnectionError):
            return False


def _session(leader):
    """The processes of a session: a job of the rqworker runs in a process group of its own."""
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            _state, _parent, _group, session = stat.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue  # it ended meanwhile
        if int(session) == leader:
            yield int(stat.parent.name)
