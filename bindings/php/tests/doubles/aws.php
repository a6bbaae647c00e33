<?php

/*
 * What stskit needs of the AWS SDK for PHP, which no Debian package has: the same names and signatures, nothing else.
 */

declare(strict_types=1);

namespace Aws\Exception;

class CredentialsException extends \RuntimeException
{
}

namespace Aws\Credentials;

interface CredentialsInterface
{
    public function getAccessKeyId();
    public function getSecretKey();
    public function getSecurityToken();
    public function getExpiration();
    public function isExpired();
    public function toArray();
}

class Credentials implements CredentialsInterface
{
    public function __construct(private $key, private $secret, private $token = null, private $expires = null, private $accountId = null)
    {
    }

    public function getAccessKeyId()
    {
        return $this->key;
    }

    public function getSecretKey()
    {
        return $this->secret;
    }

    public function getSecurityToken()
    {
        return $this->token;
    }

    public function getExpiration()
    {
        return $this->expires;
    }

    public function isExpired()
    {
        return $this->expires !== null && time() >= $this->expires;
    }

    public function getAccountId()
    {
        return $this->accountId;
    }

    public function toArray()
    {
        return ['key' => $this->key, 'secret' => $this->secret, 'token' => $this->token, 'expires' => $this->expires];
    }
}
