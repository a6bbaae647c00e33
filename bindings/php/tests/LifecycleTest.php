<?php

/*
 * Handles, memory, forks, callbacks, wrong arguments.
 */

declare(strict_types=1);

namespace Stskit\Tests;

use Stskit\Client;
use Stskit\Credentials;
use Stskit\Exception\InvalidArgumentException;
use Stskit\Exception\InvalidConfigurationException;
use Stskit\Exception\LoginRequiredException;
use Stskit\Exception\NoCredentialsException;
use Stskit\Exception\CancelledException;
use Stskit\Exception\Service;
use Stskit\Exception\ServiceException;
use Stskit\Exception\StskitException;
use Stskit\Exception\TimeoutException;
use Stskit\Native\Kept;
use Stskit\Session;
use Stskit\Settings;
use Stskit\SsoSession;
use Stskit\Stskit;

require_once __DIR__ . '/EmulatorCase.php';

final class LifecycleTest extends EmulatorCase
{
    protected function emulatorArguments(): array
    {
        return ['--approve-after', 'never'];
    }

    /** Bytes of this process in memory. */
    private function resident(): int
    {
        gc_collect_cycles();
        return (int) explode(' ', (string) file_get_contents('/proc/self/statm'))[1] * 4096;
    }

    public function testTenThousandCallsDoNotGrow(): void
    {
        $session = new Session(['mfa' => static fn (): string => '123456', 'read_timeout' => 20]);
        $sts = $session->client('sts');
        $nobody = new Session(['profile' => 'nobody']);
        $round = function (int $part) use ($session, $sts, $nobody): void {
            for ($at = 0; $at < 10_000 / $part; $at++) {
                $credentials = $session->credentials();
                $credentials->secretAccessKey();
                $credentials->sign('GET', 'https://example.com/', 's3', 'us-east-1', 0);
                $session->presign('GET', 'https://example.com/', 's3');
            }
            for ($at = 0; $at < 2000 / $part; $at++) {
                $this->fails(InvalidConfigurationException::class, $nobody->credentials(...));
            }
            for ($at = 0; $at < 1500 / $part; $at++) {
                $sts->getCallerIdentity();
                $this->fails(Service\AccessDeniedException::class, static fn () => $sts->assumeRole(['RoleArn' => 'arn:aws:iam::210987654321:role/denied', 'RoleSessionName' => 'me']));
            }
            for ($at = 0; $at < 250 / $part; $at++) {
                // The closures know the session that has them.
                $made = null;
                $made = new Session(['mfa' => static function () use (&$made): string {
                    return (string) $made?->region();
                }], static function () use (&$made, $session): Credentials {
                    return $made === null ? throw new \LogicException() : $session->credentials();
                });
                $made->client('sts', ['region' => 'eu-west-1'])->presignedUrl('GetCallerIdentity');
            }
        };
        $round(8);
        $before = $this->resident();
        $round(1);
        // A leak of 100 bytes at each of one kind would be more.
        $this->assertLessThan(1_000_000, $this->resident() - $before);
        unset($made);
        gc_collect_cycles();
        $this->assertLessThan(5, Kept::count());
    }

    public function testHandlesAreFreed(): void
    {
        $before = Kept::count();
        $session = new Session(['mfa' => static fn (): string => '1'], static fn (): Credentials => new Credentials('a', 'b'));
        $client = $session->client('sts', ['region' => 'eu-west-1']);
        $this->assertStringContainsString('Credential=a', $client->presignedUrl('GetCallerIdentity'));
        unset($session);
        $this->assertStringContainsString('Credential=a', $client->presignedUrl('GetCallerIdentity'));
        $this->assertSame($before + 3, Kept::count());
        unset($client);
        $this->assertSame($before, Kept::count());
        $role = (new Session([], fn (): Credentials => new Credentials($this->emulator->key, $this->emulator->secret)))->withRole(['RoleArn' => ROLE]);
        $this->assertStringContainsString('assumed-role', $role->client('sts')->getCallerIdentity()['Arn']);
    }

    public function testWhatIsClosed(): void
    {
        $session = new Session();
        $sts = $session->client('sts');
        $own = new Client('sts', ['region' => 'eu-west-1'], $session);
        $kept = $session->credentials();
        for ($time = 0; $time < 2; $time++) {
            $sts->close();
            $this->fails(InvalidArgumentException::class, fn () => $sts->getCallerIdentity());
        }
        $this->assertSame($this->emulator->key, $session->credentials()->accessKeyId());
        for ($time = 0; $time < 2; $time++) {
            $session->close();
            $this->fails(InvalidArgumentException::class, $session->credentials(...));
            $this->fails(InvalidArgumentException::class, $session->cancel(...));
        }
        $this->fails(InvalidArgumentException::class, fn () => $own->getCallerIdentity());
        $own->close();
        $this->assertSame($this->emulator->key, $kept->accessKeyId());
        (new Session())->close();
    }

    public function testACallbackMayCloseAndCancel(): void
    {
        $session = new Session([], function () use (&$session): Credentials {
            $session->close();
            return new Credentials($this->emulator->key, $this->emulator->secret);
        });
        $this->assertSame($this->emulator->key, $session->credentials()->accessKeyId());
        $this->fails(InvalidArgumentException::class, $session->credentials(...));
        $session = new Session([], function () use (&$session): Credentials {
            $session->cancel();
            return new Credentials($this->emulator->key, $this->emulator->secret);
        });
        $this->fails(CancelledException::class, fn () => $session->client('sts')->getCallerIdentity());
        $session->reset();
        $this->assertNotEmpty($session->client('sts')->getCallerIdentity()['Arn']);
        $session = new Session([], static function () use (&$session): never {
            $session = null;
            gc_collect_cycles();
            throw new \DomainException('mine');
        });
        $this->fails(\DomainException::class, static fn () => $session->credentials());
    }

    public function testFork(): void
    {
        $sts = new Client('sts');
        $sts->getCallerIdentity();
        $role = (new Session())->withRole(['RoleArn' => ROLE, 'RoleSessionName' => 'parent']);
        $role->credentials();
        $children = [];
        for ($number = 0; $number < 4; $number++) {
            $file = "$this->home/worker-$number";
            $pid = pcntl_fork();
            if ($pid === 0) {
                try {
                    for ($at = 0; $at < 25; $at++) {
                        $names[$sts->getCallerIdentity()['Arn']] = 1;
                    }
                    $names[$role->client('sts')->getCallerIdentity()['Arn']] = 1;
                    $names[$sts->assumeRole(['RoleArn' => ROLE, 'RoleSessionName' => "worker-$number"])['AssumedRoleUser']['Arn']] = 1;
                    file_put_contents($file, implode(' ', array_keys($names)));
                } finally {
                    posix_kill(posix_getpid(), SIGKILL);
                }
            }
            $children[$pid] = $file;
        }
        for ($at = 0; $at < 50; $at++) {
            $this->assertSame('arn:aws:iam::123456789012:user/stskit', $sts->getCallerIdentity()['Arn']);
        }
        $number = 0;
        foreach ($children as $pid => $file) {
            pcntl_waitpid($pid, $status);
            $this->assertSame('arn:aws:iam::123456789012:user/stskit arn:aws:sts::210987654321:assumed-role/demo/parent '
                . 'arn:aws:sts::210987654321:assumed-role/demo/worker-' . $number++, (string) file_get_contents($file));
        }
    }

    public function testExceptionsInCallbacks(): void
    {
        $error = new \Error('mine');
        $session = new Session([], static fn () => throw $error);
        for ($time = 0; $time < 2; $time++) {
            $this->assertSame($error, $this->fails(\Error::class, fn () => $session->client('sts')->getCallerIdentity()));
        }
        // Its trace has variables of C in it, whose types printing looks at.
        $error = $this->fails(\Error::class, fn () => (new Session([], static fn () => throw new \Error('mine')))->client('sts')->getCallerIdentity());
        gc_collect_cycles();
        $this->assertStringContainsString('stskit_client_call(Object(FFI\CData', $error->getTraceAsString());
        $this->fails(InvalidArgumentException::class, fn () => (new Session([], static fn () => null))->credentials());
        $this->fails(InvalidArgumentException::class, fn () => new Session([], 7));
        $this->fails(InvalidArgumentException::class, fn () => (new Session(['mfa' => '123456']))->credentials());
    }

    public function testCallbacksMayCallStskit(): void
    {
        $asked = [];
        foreach (['123456', 123456] as $code) {
            $session = $this->mfaSession(static function (string $serial) use (&$asked, $code): mixed {
                $asked[] = $serial . Stskit::client('sts')->getCallerIdentity()['Account'];
                return $code;
            });
            $this->assertNotNull($session->credentials()->sessionToken());
        }
        $this->assertSame(array_fill(0, 2, 'arn:aws:iam::123456789012:mfa/stskit123456789012'), $asked);
        foreach ([str_repeat('1', 500), "1\0", "\xFF"] as $wrong) {
            $this->fails(InvalidArgumentException::class, fn () => $this->mfaSession(static fn (): string => $wrong)->credentials());
        }
        $this->fails(\TypeError::class, fn () => $this->mfaSession(static fn (int $serial): string => '1')->credentials());
    }

    private function mfaSession(callable $ask): Session
    {
        write("$this->home/mfa", '[profile mfa]' . "\nrole_arn = " . ROLE . "\nsource_profile = base\nmfa_serial = arn:aws:iam::123456789012:mfa/stskit\n"
            . "[profile base]\naws_access_key_id = {$this->emulator->key}\naws_secret_access_key = {$this->emulator->secret}\n");
        return new Session(['profile' => 'mfa', 'config_file' => "$this->home/mfa", 'mfa' => $ask]);
    }

    public function testASignInThatEnds(): void
    {
        write("$this->home/config", START . "[sso-session corp]\nsso_start_url = {$this->emulator->url}/start\nsso_region = us-east-1\n");
        $session = new Session(['profile' => 'dev']);
        $shown = [];
        $show = static function ($code) use (&$shown): void {
            $shown[] = $code->userCode;
        };
        $this->fails(TimeoutException::class, fn () => $session->signInWithDeviceCode($show, 0.5));
        $this->assertCount(1, $shown);
        $this->fails(\DomainException::class, fn () => $session->signInWithBrowser(static fn () => throw new \DomainException('mine'), 60));
        $this->fails(CancelledException::class, fn () => $session->signInWithBrowser(static fn () => $session->cancel(), 60));
        $session->reset();
        $error = $this->fails(LoginRequiredException::class, $session->credentials(...));
        $this->assertSame('aws sso login --profile dev', $error->login->command);
    }

    public function testSsoSessionsByHand(): void
    {
        $session = new Session();
        $corp = new SsoSession('corp', "{$this->emulator->url}/start", 'us-east-1', ['sso:account:access'], "$this->home/cache");
        $this->fails(LoginRequiredException::class, fn () => $session->ssoToken($corp));
        $visit = null;
        $session->signInWithBrowser(static function (string $url) use (&$visit): void {
            $visit = proc_open(['curl', '-sSL', '--noproxy', '*', '-o', '/dev/null', $url], [], $pipes);
        }, 60, $corp);
        $this->assertSame(0, proc_close($visit));
        $this->assertNotEmpty(glob("$this->home/cache/*.json"));
        $this->assertNotSame('', $session->ssoToken($corp));
        $this->assertSame('123456789012', $session->listSsoAccounts($corp)[0]['accountId']);
        $role = Session::withSsoRole('123456789012', 'Admin', $corp);
        $this->assertStringContainsString('AWSReservedSSO_Admin_', $role->client('sts')->getCallerIdentity()['Arn']);
        $session->signOut($corp);
        $this->fails(LoginRequiredException::class, fn () => $session->ssoToken($corp));
    }

    public function testWhatCannotBe(): void
    {
        $invalid = fn (callable $work): \Throwable => $this->fails(InvalidArgumentException::class, $work);
        foreach (["a\0b", "\xFF", 7, ['x']] as $wrong) {
            $invalid(fn () => (new Session(['profile' => $wrong]))->credentials());
        }
        foreach ([
            ['nothing' => 1], ['retry_mode' => 'x'], ['retry_mode' => 7], ['max_attempts' => -1], ['max_attempts' => '2'],
            ['max_response_bytes' => -1], ['read_timeout' => 0], ['connect_timeout' => '1'], ['connect_timeout' => NAN],
            ['proxies' => ['ftp' => 'x']], ['proxies' => 'x'], ['use_fips' => 'yes'], ['endpoint_url' => ['s3' => 'http://x']],
            ['config_file' => "a\0"], ['config_file' => 7],
        ] as $settings) {
            $invalid(fn () => (new Session($settings))->credentials());
        }
        $invalid(fn () => new Client('s3'));
        $sts = new Client('sts');
        $invalid(fn () => $sts->nothing());
        $invalid(fn () => $sts->getFederationToken('Bob'));
        $invalid(fn () => $sts->getFederationToken([], []));
        foreach ([['Name' => "a\0"], ['Name' => "\xFF"], ['Name' => new \stdClass()], ['Name' => NAN], ['Name' => 'Bob', 'DurationSeconds' => 1 << 40], ['name' => 'Bob'], ['Bob']] as $members) {
            $invalid(fn () => $sts->getFederationToken($members));
        }
        $invalid(fn () => $sts->presignedUrl('nothing'));
        $invalid(fn () => $sts->presignedUrl('GetCallerIdentity', [], -1));
        $invalid(fn () => $sts->getPaginator('GetCallerIdentity')->getIterator()->current());
        $invalid(fn () => (new Client('sso'))->getPaginator('ListAccounts', [], -1));
        foreach ([['style' => 'x'], ['body' => 7], ['nothing' => 1], ['headers' => ["a\n" => 'x']]] as $options) {
            $invalid(fn () => Stskit::sign('GET', 'https://example.com/', 's3', null, $options));
        }
        $invalid(fn () => new Credentials("a\0", 'b'));
        $this->fails(StskitException::class, fn () => $sts->decodeAuthorizationMessage(['EncodedMessage' => str_repeat('x', 5_000_000)]));
        // A secret in the wrong place is not told.
        $error = $invalid(fn () => $sts->getDelegatedAccessToken(['TradeInToken' => "planted-\xFF"]));
        $this->assertStringNotContainsString('planted', $error->getMessage());
        $deep = [];
        for ($at = 0; $at < 600; $at++) {
            $deep = [$deep];
        }
        $this->fails(\Throwable::class, fn () => $sts->assumeRole(['Tags' => $deep]));
    }

    public function testBodies(): void
    {
        $credentials = Stskit::credentials();
        foreach (['', "a\0\xFF", str_repeat('x', 3_000_000)] as $body) {
            $this->assertSame(
                $credentials->sign('PUT', 'https://example.com/', 'x', 'r', 0, ['body_sha256' => hash('sha256', $body)])['authorization'],
                $credentials->sign('PUT', 'https://example.com/', 'x', 'r', new \DateTimeImmutable('@0'), ['body' => $body])['authorization'],
            );
        }
        $pairs = $credentials->sign('PUT', 'https://example.com/', 'x', 'r', 0, ['headers' => [['x-a', '1']]]);
        $this->assertSame($pairs, $credentials->sign('PUT', 'https://example.com/', 'x', 'r', 0, ['headers' => ['x-a' => '1']]));
    }

    public function testNothingSecretIsWrittenDown(): void
    {
        $answer = Stskit::client('sts')->assumeRole(['RoleArn' => ROLE, 'RoleSessionName' => 'me']);
        foreach ([Stskit::credentials(), Stskit::session(), Stskit::client('sts'), $answer] as $value) {
            $this->fails(\LogicException::class, static fn () => serialize($value));
            $this->fails(\LogicException::class, static fn () => serialize(clone $value));
        }
        foreach ([Stskit::credentials()::class, $answer::class, Session::class] as $class) {
            $this->fails(\Throwable::class, static fn () => unserialize(sprintf('O:%d:"%s":0:{}', strlen($class), $class)));
        }
        $this->assertSame("Stskit\\Credentials(accessKeyId={$this->emulator->key}, secretAccessKey=[hidden])", (string) Stskit::credentials());
        $secret = $answer['Credentials']['SecretAccessKey'];
        foreach ([print_r($answer, true), var_export($answer, true), json_encode($answer, JSON_UNESCAPED_SLASHES)] as $text) {
            $this->assertStringNotContainsString($secret, $text);
        }
        $this->assertSame($secret, $answer->toArray()['Credentials']['SecretAccessKey']);
        $this->assertSame($secret, iterator_to_array($answer)['Credentials']['SecretAccessKey']);
        $this->assertTrue(isset($answer['Credentials']) && !isset($answer['Nothing']) && $answer->hasKey('Credentials') && $answer['Nothing'] === null);
        $this->assertInstanceOf(\DateTimeImmutable::class, $answer['Credentials']['Expiration']);
        $this->fails(\LogicException::class, static function () use ($answer): void {
            $answer['Credentials'] = 1;
        });
        $proxied = new Session(['proxies' => ['http' => 'http://me:password-of-me@localhost:1']]);
        $this->assertStringNotContainsString('password-of-me', print_r($proxied, true) . var_export($proxied, true));
        // The copy of a session is another object with the same handle.
        $copy = clone Stskit::credentials();
        $this->assertSame($this->emulator->key, $copy->accessKeyId());
    }

    public function testErrorsByName(): void
    {
        $sts = new Client('sts');
        $error = $this->fails(Service\ExpiredTradeInTokenException::class, fn () => $sts->getDelegatedAccessToken(['TradeInToken' => 'expired-token']));
        $this->assertInstanceOf(ServiceException::class, $error);
        $this->assertSame('Sender', $error->fault);
        $this->assertArrayHasKey('x-amzn-requestid', $error->headers);
        $this->assertSame(ServiceException::class, ServiceException::classFor('SomethingNew'));
        $this->assertSame(Service\IDPRejectedClaimException::class, ServiceException::classFor('IDPRejectedClaim'));
        $this->assertSame(\Stskit\Exception\InternalException::class, StskitException::classFor('UNKNOWN'));
        putenv('AWS_ACCESS_KEY_ID');
        putenv('AWS_SECRET_ACCESS_KEY');
        $error = $this->fails(NoCredentialsException::class, fn () => (new Session())->credentials());
        $this->assertNotEmpty($error->providers);
        // Printed with all arguments, also those of C.
        $this->assertStringContainsString('NoCredentialsException', (string) $error . print_r($error, true));
    }

    public function testPages(): void
    {
        $emulator = new Emulator('--approve-after', '0', '--accounts', '25');
        $oidc = new Client('sso-oidc', ['endpoint_url' => $emulator->url]);
        $app = $oidc->registerClient(['clientName' => 'pages', 'clientType' => 'public']);
        $code = $oidc->startDeviceAuthorization(['clientId' => $app['clientId'], 'clientSecret' => $app['clientSecret'], 'startUrl' => "$emulator->url/start"]);
        $token = $oidc->createToken(['clientId' => $app['clientId'], 'clientSecret' => $app['clientSecret'], 'deviceCode' => $code['deviceCode'],
            'grantType' => 'urn:ietf:params:oauth:grant-type:device_code'])['accessToken'];
        $pages = (new Client('sso', ['endpoint_url' => $emulator->url]))->getPaginator('ListAccounts', ['accessToken' => $token], 10);
        for ($time = 0; $time < 2; $time++) {
            $sizes = array_map(static fn ($page): int => count($page['accountList']), iterator_to_array($pages, false));
            $this->assertSame([10, 10, 5], $sizes);
        }
        $this->assertCount(25, array_unique(array_column(iterator_to_array($pages->items(), false), 'accountId')));
        $emulator->stop();
    }

    public function testTheLog(): void
    {
        $lines = [];
        $logger = new class ($lines) {
            public function __construct(private array &$lines)
            {
            }

            public function log(string $level, string $message, array $context): void
            {
                $this->lines[] = "$level {$context['target']} $message";
            }
        };
        Stskit::logTo($logger, 'debug');
        (new Client('sts'))->getCallerIdentity();
        $this->assertNotEmpty(preg_grep('/^debug stskit::/', $lines));
        Stskit::logTo(static fn () => throw new \DomainException('full'), 'trace');
        (new Client('sts'))->getCallerIdentity();
        $this->fails(InvalidArgumentException::class, static fn () => Stskit::logTo($logger, 'loud'));
        $this->fails(InvalidArgumentException::class, static fn () => Stskit::logTo(7));
        Stskit::logTo(null);
        $lines = [];
        (new Client('sts'))->getCallerIdentity();
        $this->assertSame([], $lines);
    }

    public function testSharedSessions(): void
    {
        $this->assertSame(Stskit::session(), Stskit::session());
        Stskit::setSession(new Session(['region' => 'eu-west-3']));
        $this->assertSame('eu-west-3', Stskit::session()->region());
        $this->assertSame('used', Stskit::explain()['steps'][0]['outcome']);
        $this->assertArrayHasKey('authorization', Stskit::sign('GET', 'https://example.com/', 's3'));
        $this->assertStringContainsString('X-Amz-Signature=', Stskit::presign('GET', 'https://example.com/', 's3'));
    }

    /** Exits and fatal errors while handles and callbacks are there. */
    public function testTheEndOfTheProgram(): void
    {
        $start = 'require "' . PACKAGE . '/autoload.php"; Stskit\Stskit::logTo(fn () => null, "trace"); '
            . '$session = new Stskit\Session(["mfa" => fn () => "1"]); $kept = $session->credentials(); $client = $session->client("sts", ["region" => "r"]); ';
        foreach (['' => 0, 'exit(3);' => 3, 'nothing();' => 255, '$x = fn () => $session; throw new Exception();' => 255, 'fork();' => 255] as $end => $status) {
            $this->assertSame($status, $this->runPhp($start . $end, ['-d', 'display_errors=0', '-d', 'log_errors=0'])[2], $end);
        }
    }

    public function testEverySetting(): void
    {
        $declared = (string) file_get_contents(ROOT . '/include/stskit.cdef.h');
        preg_match_all('/stskit_config_set_(\w+?)(?:_ms|_callback)?\(/', $declared, $found);
        $this->assertSame($found[1], Settings::names());
        $values = ['retry_mode' => 'legacy', 'endpoint_url' => ['sts' => 'http://localhost:1'], 'proxies' => [], 'mfa' => static fn (): string => '1',
            'max_attempts' => 2, 'max_response_bytes' => 4096, 'connect_timeout' => 1.5, 'read_timeout' => 2, 'operation_timeout' => 3];
        foreach (Settings::names() as $name) {
            $value = $values[$name] ?? (preg_match('/^(use_|sts_|retries|correct)/', $name) === 1 ? true : 'x');
            $this->assertNotNull(Settings::build([$name => $value]));
        }
    }
}
