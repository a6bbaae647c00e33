#!/usr/bin/env python3
"""An exec plugin of kubectl for clusters of EKS, in place of `aws eks get-token`.

    users:
    - name: my-cluster
      user:
        exec:
          apiVersion: client.authentication.k8s.io/v1
          command: /usr/local/bin/kubectl_exec.py
          args: [my-cluster, eu-west-1]
          interactiveMode: IfAvailable
"""

import os
import sys

import stskit


def main():
    cluster, region = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    # kubectl says here which version of the protocol it speaks.
    asked = os.environ.get("KUBERNETES_EXEC_INFO")
    try:
        token = stskit.token("eks-exec-credential", cluster=cluster, region=region, exec_info=asked)
    except stskit.Error as error:
        # Standard output is for the answer alone.
        sys.exit(f"kubectl_exec: {error.message}")
    print(token.text)


if __name__ == "__main__":
    main()
