"""Authorities of our own, and what they vouch for."""

import subprocess

NEW = "openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"


def run(folder, *lines):
    for line in lines:
        subprocess.run(line.split(), cwd=folder, check=True, capture_output=True)


def certify(folder, name, days=2):
    """Certificate and key that the folder's authority gives to this name and to no other.  With days below
    0 it has expired."""
    (folder / "names").write_text(f"subjectAltName=DNS:{name}", encoding="ascii")
    run(folder, f"{NEW} -keyout {name}.key -out {name}.csr -subj /CN={name}",
        f"openssl x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days {days}"
        f" -extfile names -out {name}.pem")
    return str(folder / f"{name}.pem"), str(folder / f"{name}.key")


def make_certificates(folder, name="localhost"):
    """The files of an authority, of another one, and what the first certifies."""
    run(folder, f"{NEW} -x509 -keyout ca.key -out ca.pem -subj /CN=authority",
        f"{NEW} -x509 -keyout other.key -out other.pem -subj /CN=another")
    return folder / "ca.pem", folder / "other.pem", certify(folder, name)
