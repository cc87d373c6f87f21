"""Verifies a chain with cryptography's x509.verification: root, intermediate and leaf (PEM files), and the host name."""

import sys

from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store

root, intermediate, leaf = (x509.load_pem_x509_certificate(open(path, "rb").read()) for path in sys.argv[1:4])
verifier = PolicyBuilder().store(Store([root])).build_server_verifier(x509.DNSName(sys.argv[4]))
print("chain of", len(verifier.verify(leaf, [intermediate])))
