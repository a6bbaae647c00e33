<?php

/*
 * As the source of credentials of other packages: the AWS SDK for PHP (its classes as doubles, the promises real), and
 * async-aws, which is real.
 */

declare(strict_types=1);

namespace Stskit\Tests;

use AsyncAws\Core\Configuration;
use AsyncAws\Core\Sts\StsClient;
use GuzzleHttp\Promise\PromiseInterface;
use Stskit\AsyncAws\CredentialProvider as AsyncProvider;
use Stskit\CredentialProvider;
use Stskit\Credentials;
use Stskit\Exception\InvalidConfigurationException;
use Stskit\Exception\NoCredentialsException;
use Stskit\Session;

require_once __DIR__ . '/EmulatorCase.php';

final class SdkTest extends EmulatorCase
{
    public function testWithoutTheSdkTheyAreOurs(): void
    {
        $this->assertFalse(class_exists(\Aws\Credentials\Credentials::class));
        $this->assertInstanceOf(Credentials::class, CredentialProvider::default()());
    }

    /** @depends testWithoutTheSdkTheyAreOurs */
    public function testAPromiseOfTheSdksCredentials(): void
    {
        require_once 'GuzzleHttp/Promise/autoload.php';
        require_once __DIR__ . '/doubles/aws.php';
        $provider = CredentialProvider::default();
        $this->assertInstanceOf(PromiseInterface::class, $provider());
        $found = $provider()->wait();
        $this->assertInstanceOf(\Aws\Credentials\CredentialsInterface::class, $found);
        $this->assertSame([$this->emulator->key, $this->emulator->secret, null, null], array_values($found->toArray()));
        $role = (new Session())->withRole(['RoleArn' => ROLE]);
        $provider = CredentialProvider::fromSession($role);
        // As memoize() calls it again.
        $found = $provider($provider()->wait())->wait();
        $this->assertEqualsWithDelta(time() + 3600, $found->getExpiration(), 120);
        $this->assertSame('210987654321', $found->getAccountId());
        $role->invalidate($role->credentials());
        $this->assertNotSame($found->getAccessKeyId(), $provider()->wait()->getAccessKeyId());
    }

    /** @depends testAPromiseOfTheSdksCredentials */
    public function testAFailureIsARejection(): void
    {
        putenv('AWS_ACCESS_KEY_ID');
        putenv('AWS_SECRET_ACCESS_KEY');
        $promise = CredentialProvider::fromSession(new Session())();
        $reason = null;
        $next = $promise->otherwise(static function (\Throwable $error) use (&$reason): string {
            $reason = $error;
            return 'the next of the chain';
        });
        $this->assertSame('the next of the chain', $next->wait());
        $this->assertInstanceOf(\Aws\Exception\CredentialsException::class, $reason);
        $this->assertInstanceOf(NoCredentialsException::class, $reason->getPrevious());
        // An exception of a callback is the program's own.
        $this->fails(\DomainException::class, fn () => CredentialProvider::fromSession(new Session([], static fn () => throw new \DomainException('mine')))());
    }

    /** @depends testAPromiseOfTheSdksCredentials */
    public function testTheirsServeHere(): void
    {
        $theirs = new \Aws\Credentials\Credentials($this->emulator->key, $this->emulator->secret);
        $promise = \GuzzleHttp\Promise\Create::promiseFor($theirs);
        foreach ([$theirs, static fn () => $theirs, static fn () => $promise] as $given) {
            $this->assertNotEmpty((new Session([], $given))->client('sts')->getCallerIdentity()['Arn']);
        }
    }

    public function testAsyncAws(): void
    {
        require_once 'AsyncAws/Core/autoload.php';
        $options = ['endpoint' => $this->emulator->url, 'region' => 'us-east-1'];
        $client = new StsClient($options, new AsyncProvider());
        $this->assertSame('arn:aws:iam::123456789012:user/stskit', $client->getCallerIdentity()->getArn());
        $role = (new Session())->withRole(['RoleArn' => ROLE, 'RoleSessionName' => 'async']);
        $client = new StsClient($options, $provider = new AsyncProvider($role));
        $this->assertSame('arn:aws:sts::210987654321:assumed-role/demo/async', $client->getCallerIdentity()->getArn());
        $found = $provider->getCredentials(Configuration::create([]));
        $this->assertEqualsWithDelta(time() + 3600, $found->getExpireDate()->getTimestamp(), 120);
        putenv('AWS_ACCESS_KEY_ID');
        putenv('AWS_SECRET_ACCESS_KEY');
        $this->assertNull((new AsyncProvider(new Session()))->getCredentials(Configuration::create([])));
        $this->fails(InvalidConfigurationException::class, fn () => (new AsyncProvider(new Session(['profile' => 'nobody'])))->getCredentials(Configuration::create([])));
    }
}
