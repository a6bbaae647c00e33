<?php

declare(strict_types=1);

namespace Stskit\AsyncAws;

use AsyncAws\Core\Configuration;
use AsyncAws\Core\Credentials\Credentials;
use AsyncAws\Core\Credentials\CredentialProvider as Provider;
use Stskit\Exception\NoCredentialsException;
use Stskit\Session;
use Stskit\Stskit;

/**
 * The source of credentials of async-aws's clients (Symfony): new SqsClient([], new Stskit\AsyncAws\CredentialProvider()).
 *
 * It asks the session each time: always fresh, and no CacheProvider is needed around it.
 */
final class CredentialProvider implements Provider
{
    private readonly Session $session;

    public function __construct(?Session $session = null)
    {
        $this->session = $session ?? Stskit::session();
    }

    /** Null where no source has some, as async-aws wants it; what else goes wrong is thrown. */
    public function getCredentials(Configuration $configuration): ?Credentials
    {
        try {
            $found = $this->session->credentials();
        } catch (NoCredentialsException) {
            return null;
        }
        return new Credentials($found->accessKeyId(), $found->secretAccessKey(), $found->sessionToken(), $found->expiration());
    }
}
