// What the AWS SDK for JavaScript gets: node credentials.mjs PROVIDER, the settings in the environment.
import * as providers from "@aws-sdk/credential-providers";

try {
  const found = await providers[process.argv[2]]()();
  console.log(JSON.stringify({ ...found, expiration: found.expiration?.toISOString() }));
} catch (error) {
  console.log(JSON.stringify({ error: String(error.message) }));
  process.exitCode = 1;
}
