// Tokens of the signers for JavaScript: a line of JSON in, a line of JSON out for each.
//
// {"kind": {"rds" | "dsql" | "msk": {..}}, "credentials": {..}, "timestamp": RFC 3339}, as peer.rs takes it.

import { createInterface } from "node:readline";
import { DsqlSigner } from "@aws-sdk/dsql-signer";
import { Signer } from "@aws-sdk/rds-signer";
import msk from "aws-msk-iam-sasl-signer-js";

const RealDate = Date;
let now = 0;

// The signers take the time from the clock only.
globalThis.Date = class extends RealDate {
    constructor(...given) {
        super(...(given.length === 0 ? [now] : given));
    }
    static now() {
        return now;
    }
};

const makers = {
    async rds({ host, port, user, region }, credentials) {
        const signer = new Signer({ hostname: host, port, username: user, region, credentials });
        return { text: await signer.getAuthToken() };
    },
    async dsql({ host, region, admin, expires }, credentials) {
        const signer = new DsqlSigner({ hostname: host, region, expiresIn: expires, credentials });
        return { text: await (admin ? signer.getDbConnectAdminAuthToken() : signer.getDbConnectAuthToken()) };
    },
    async msk({ region }, credentials) {
        const given = { region, awsCredentialsProvider: async () => credentials };
        const { token, expiryTime } = await msk.generateAuthTokenFromCredentialsProvider(given);
        return { text: token, expires_at: expiryTime };
    },
};

for await (const line of createInterface({ input: process.stdin })) {
    const { kind, credentials, timestamp } = JSON.parse(line);
    now = RealDate.parse(timestamp);
    const [[name, inputs]] = Object.entries(kind);
    const answer = await makers[name](inputs, {
        accessKeyId: credentials.access_key_id,
        secretAccessKey: credentials.secret_access_key,
        sessionToken: credentials.session_token ?? undefined,
        expiration: credentials.expiration ? new RealDate(credentials.expiration) : undefined,
    });
    process.stdout.write(`${JSON.stringify(answer)}\n`);
}
