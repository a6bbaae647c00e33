<?php

declare(strict_types=1);

namespace Stskit;

use Stskit\Exception\StskitException;

/**
 * Sources of credentials for the clients of the AWS SDK for PHP:
 *
 *     new Aws\S3\S3Client(['credentials' => Stskit\CredentialProvider::default(), ...]);
 *
 * A provider is a callable that answers a promise of Aws\Credentials\Credentials; where the SDK is not installed, it
 * answers Stskit\Credentials. It asks the session each time: the SDK needs no memoize() around it.
 */
final class CredentialProvider
{
    /**
     * Of the default chain.
     *
     * @param array<string, mixed> $settings those of Settings
     */
    public static function default(#[\SensitiveParameter] array $settings = []): \Closure
    {
        return self::fromSession($settings === [] ? Stskit::session() : new Session($settings));
    }

    public static function fromSession(Session $session): \Closure
    {
        // What the SDK calls it with, credentials that it had before, does not matter.
        return static function () use ($session): mixed {
            if (!class_exists(\Aws\Credentials\Credentials::class) || !class_exists(\GuzzleHttp\Promise\Create::class)) {
                return $session->credentials();
            }
            try {
                return \GuzzleHttp\Promise\Create::promiseFor(self::forSdk($session->credentials()));
            } catch (StskitException $error) {
                return \GuzzleHttp\Promise\Create::rejectionFor(
                    class_exists(\Aws\Exception\CredentialsException::class)
                        ? new \Aws\Exception\CredentialsException($error->getMessage(), 0, $error) : $error,
                );
            }
        };
    }

    private static function forSdk(Credentials $found): \Aws\Credentials\CredentialsInterface
    {
        $given = [$found->accessKeyId(), $found->secretAccessKey(), $found->sessionToken(), $found->expiration()?->getTimestamp(), $found->accountId()];
        // Older ones have no account id.
        $known = (new \ReflectionMethod(\Aws\Credentials\Credentials::class, '__construct'))->getNumberOfParameters();
        return new \Aws\Credentials\Credentials(...array_slice($given, 0, $known));
    }
}
