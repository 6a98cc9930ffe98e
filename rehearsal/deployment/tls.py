"""TLS in front of a PostgreSQL server whose build has none, as a database in AWS would demand it."""

from __future__ import annotations

import selectors
import socket
import ssl
import struct
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_SSL_REQUEST: Final = 80877103
_GSS_REQUEST: Final = 80877104
_CANCEL_REQUEST: Final = 80877102
_CHUNK: Final = 1 << 16


class TlsFront:
    """A port that speaks TLS to clients and forwards to a server on this machine.

    What does not begin with TLS is turned away, as rds.force_ssl does. The certificate is made
    here, signs itself, and lives as long as this object.
    """

    def __init__(self, directory: Path, *, server_port: int) -> None:
        self._server = ("127.0.0.1", server_port)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(_certificate(directory))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.accepted = 0
        """Connections that were encrypted."""
        threading.Thread(target=self._accept, daemon=True, name="tls").start()

    def close(self) -> None:
        with suppress(OSError):
            # Closing alone would not wake the thread that accepts.
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True, name="tls").start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            head = _exactly(client, 8)
            if struct.unpack("!ii", head)[1] == _GSS_REQUEST:
                client.sendall(b"N")
                head = _exactly(client, 8)
            code = struct.unpack("!ii", head)[1]
            if code == _CANCEL_REQUEST:
                with socket.create_connection(self._server) as server:
                    server.sendall(head + _exactly(client, 8))
                return
            if code != _SSL_REQUEST:
                client.sendall(_refusal())
                return
            client.sendall(b"S")
            with self._context.wrap_socket(client, server_side=True) as secured:
                self.accepted += 1
                with socket.create_connection(self._server) as server:
                    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    _forward(secured, server)


def _forward(secured: ssl.SSLSocket, server: socket.socket) -> None:
    """Both ways, until either side ends."""
    with selectors.DefaultSelector() as selector:
        selector.register(secured, selectors.EVENT_READ, server)
        selector.register(server, selectors.EVENT_READ, secured)
        while True:
            for key, _ in selector.select():
                reading: socket.socket = key.fileobj  # type: ignore[assignment]
                data = reading.recv(_CHUNK)
                # What TLS has decrypted already, the selector does not see.
                while isinstance(reading, ssl.SSLSocket) and reading.pending():
                    data += reading.recv(reading.pending())
                if not data:
                    return
                key.data.sendall(data)


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise ConnectionError("the client went away")
        data += part
    return data


def _refusal() -> bytes:
    fields = b"SFATAL\0C28000\0Mno encryption: this server takes connections by TLS only\0\0"
    return b"E" + struct.pack("!i", len(fields) + 4) + fields


def _certificate(directory: Path) -> Path:
    """A file with a key and its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = directory / "server.pem"
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path
