"""Authorities of our own, and what they vouch for."""

import subprocess

NEW = "openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"


def make_certificates(folder):
    """The files of an authority, of another one, and certificate and key that the first gave to localhost
    and to nobody else."""
    (folder / "names").write_text("subjectAltName=DNS:localhost", encoding="ascii")
    for line in (f"{NEW} -x509 -keyout ca.key -out ca.pem -subj /CN=authority",
                 f"{NEW} -x509 -keyout other.key -out other.pem -subj /CN=another",
                 f"{NEW} -keyout server.key -out server.csr -subj /CN=localhost",
                 "openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2"
                 " -extfile names -out server.pem"):
        subprocess.run(line.split(), cwd=folder, check=True, capture_output=True)
    return folder / "ca.pem", folder / "other.pem", (str(folder / "server.pem"), str(folder / "server.key"))
