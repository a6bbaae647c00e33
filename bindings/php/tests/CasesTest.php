<?php

/*
 * Plays bindings/cases.
 */

declare(strict_types=1);

namespace Stskit\Tests;

use PHPUnit\Framework\AssertionFailedError;
use PHPUnit\Framework\TestCase;
use Stskit\Client;
use Stskit\Credentials;
use Stskit\Exception\StskitException;
use Stskit\Session;
use Stskit\Stskit;
use Stskit\Token;

require_once __DIR__ . '/support.php';

/** What callbacks fail with here. */
final class OwnException extends \Exception
{
}

/** @return array{status: int, body: string} */
function fetch(string $url, string $method = 'GET', array $headers = [], ?string $body = null): array
{
    $lines = array_map(static fn (string $name, string $value): string => "$name: $value", array_keys($headers), $headers);
    $context = stream_context_create(['http' => [
        'method' => $method, 'header' => $lines, 'content' => (string) $body, 'ignore_errors' => true, 'timeout' => 20,
    ]]);
    $text = file_get_contents($url, false, $context);
    preg_match('/ (\d+)/', $http_response_header[0], $status);
    return ['status' => (int) $status[1], 'body' => (string) $text];
}

/** One case being played. */
final class Player
{
    private const CASE_KEYS = ['name', 'emulator', 'environment', 'files', 'client', 'steps', 'secrets'];
    private const CLIENT_KEYS = ['profile', 'region', 'sso_region', 'retry_mode', 'endpoint_url', 'max_attempts', 'connect_timeout_ms',
        'read_timeout_ms', 'operation_timeout_ms', 'mfa_code', 'mfa_fails', 'source'];
    private const STEP_KEYS = ['do', 'client', 'expect', 'error', 'save'];

    /** @var list<array{string, string}> what was printed, with where it came from */
    public array $seen = [];
    private array $variables;
    private ?Session $session = null;

    public function __construct(private readonly TestCase $test, #[\SensitiveParameter] private readonly array $case, string $home, Emulator $emulator)
    {
        $this->variables = ['HOME' => $home, 'URL' => $emulator->url, 'KEY' => $emulator->key, 'SECRET' => $emulator->secret];
    }

    /** Puts variables in their places. */
    public function fill(#[\SensitiveParameter] mixed $value): mixed
    {
        return match (true) {
            is_array($value) => array_map($this->fill(...), $value),
            is_string($value) => preg_replace_callback('/\$\{(\w+)\}/', fn (#[\SensitiveParameter] array $found): string => (string) ($this->variables[$found[1]] ?? $found[0]), $value),
            default => $value,
        };
    }

    public function play(): void
    {
        $this->test->assertSame([], array_diff(array_keys($this->case), self::CASE_KEYS));
        $this->test->assertNotEmpty($this->case['steps']);
        foreach ($this->case['steps'] as $step) {
            $this->playStep($this->fill($step));
        }
    }

    /** However somebody may print it. */
    private function saw(string $what, mixed $value): string
    {
        ob_start();
        var_dump($value, [$value]);
        $texts = [ob_get_clean(), print_r($value, true), json_encode($value, JSON_UNESCAPED_SLASHES)];
        if (!$value instanceof \Throwable) {
            $texts[] = var_export($value, true);
        }
        if ($value instanceof \Stringable) {
            $texts[] = (string) $value;
        }
        foreach ($texts as $text) {
            $this->seen[] = [$what, $text];
        }
        return implode($texts);
    }

    private function makeSession(#[\SensitiveParameter] array $given): Session
    {
        $this->test->assertSame([], array_diff(array_keys($given), self::CLIENT_KEYS));
        $settings = array_intersect_key($given, array_flip(['profile', 'region', 'sso_region', 'retry_mode', 'endpoint_url', 'max_attempts']));
        foreach (['connect_timeout', 'read_timeout', 'operation_timeout'] as $name) {
            if (isset($given["{$name}_ms"])) {
                $settings[$name] = $given["{$name}_ms"] / 1000;
            }
        }
        if (isset($given['mfa_code'])) {
            $settings['mfa'] = static fn (string $serial): string => $given['mfa_code'];
        }
        $fail = static fn () => throw new OwnException('the callback of the test fails');
        if (isset($given['mfa_fails'])) {
            $settings['mfa'] = $fail;
        }
        $source = $given['source'] ?? ['kind' => null];
        $made = match ($source['kind']) {
            null => new Session($settings),
            'credentials', 'callback' => $this->given($source, $settings, $fail),
            'environment' => Session::withEnvironment($settings),
            'process' => Session::withProcess($source['command'], null, $settings),
            'web_identity' => Session::withWebIdentity($source['token_file'], $source['role_arn'], $source['session_name'], $settings),
            'sso_role' => Session::withSsoRole($source['account_id'], $source['role_name'], null, $settings),
            'assumed_role' => (new Session($settings))->withRole($source['input']),
        };
        $this->saw('session', $made);
        return $made;
    }

    private function given(#[\SensitiveParameter] array $source, #[\SensitiveParameter] array $settings, \Closure $fail): Session
    {
        if ($source['fails'] ?? false) {
            return new Session($settings, $fail);
        }
        $expiration = isset($source['expires_in']) ? new \DateTimeImmutable("+{$source['expires_in']} seconds") : null;
        $made = new Credentials($source['access_key_id'], $source['secret_access_key'], $source['session_token'] ?? null, $expiration);
        return new Session($settings, $source['kind'] === 'callback' ? static fn (): Credentials => $made : $made);
    }

    private function playStep(#[\SensitiveParameter] array $step): void
    {
        $given = array_diff_key($step, array_flip(self::STEP_KEYS));
        $wanted = $step['error'] ?? null;
        try {
            $session = isset($step['client']) ? $this->makeSession($step['client']) : $this->session ??= $this->makeSession($this->fill($this->case['client'] ?? []));
            $came = $this->{'do' . str_replace('_', '', ucwords($step['do'], '_'))}($session, $given);
        } catch (StskitException | OwnException $error) {
            if ($wanted === null) {
                throw $error;
            }
            $this->checkError($error, $wanted);
            return;
        }
        $this->test->assertNull($wanted, 'it should fail');
        foreach ($step['expect'] ?? [] as $pointer => $check) {
            $this->checkValue(self::find($came, $pointer), $check, $pointer);
        }
        foreach ($step['save'] ?? [] as $name => $pointer) {
            $this->variables[$name] = self::find($came, $pointer) ?? throw new \RuntimeException("nothing at $pointer");
        }
    }

    private function checkError(\Throwable $error, array $wanted): void
    {
        foreach ([(string) $error, print_r(get_object_vars($error), true), json_encode($error), print_r($this->arguments($error), true)] as $text) {
            $this->seen[] = ['error', $text];
        }
        foreach ($wanted as $key => $value) {
            match ($key) {
                'own' => $this->test->assertInstanceOf(OwnException::class, $error),
                'message' => array_map(fn (string $part) => $this->test->assertStringContainsString($part, $error->getMessage()), $value),
                'providers' => array_map(fn (string $part) => $this->test->assertNotEmpty(array_filter($error->providers, static fn (string $line): bool => str_contains($line, $part)), $part), $value),
                'login' => array_map(fn (string $name, ?string $text) => $this->test->assertSame($text, $error->login->{['start_url' => 'startUrl'][$name] ?? $name}), array_keys($value), $value),
                'request_id' => $this->test->assertTrue($value && $error->requestId !== null && $error->getAwsRequestId() === $error->requestId),
                'code' => $this->test->assertSame([$value, $value], [$error->errorCode, $error->getAwsErrorCode()], $error->getMessage()),
                'http_status' => $this->test->assertSame($value, $error->httpStatus),
                'status', 'detail', 'operation', 'attempts', 'retryable' => $this->test->assertSame($value, $error->$key, $error->getMessage()),
            };
        }
    }

    /** Those of the frames that are the package's own. */
    private function arguments(\Throwable $error): array
    {
        $found = [];
        foreach ($error->getTrace() as $frame) {
            $class = $frame['class'] ?? '';
            if (str_starts_with($class, 'Stskit\\') && !str_starts_with($class, __NAMESPACE__)) {
                $found[] = $frame['args'] ?? throw new \LogicException('run with zend.exception_ignore_args=0');
            }
        }
        return $found;
    }

    private function client(Session $session, string $service): Client
    {
        $made = $session->client($service);
        $this->saw('client', $made);
        return $made;
    }

    private function answer(\Stskit\Result $found): array
    {
        $this->saw('answer', $found);
        $came = $found->toArray();
        $said = $came['@metadata'];
        unset($came['@metadata']);
        return $came + ['ResponseMetadata' => [
            'RequestId' => $said['requestId'], 'HTTPStatusCode' => $said['statusCode'],
            'RetryAttempts' => $said['retryAttempts'], 'HTTPHeaders' => $said['headers'],
        ]];
    }

    private function doCredentials(Session $session): array
    {
        $found = $session->credentials();
        $printed = $this->saw('credentials', $found);
        $this->test->assertStringNotContainsString($found->secretAccessKey(), $printed);
        $this->test->assertTrue($found->sessionToken() === null || !str_contains($printed, $found->sessionToken()));
        return array_filter([
            'access_key_id' => $found->accessKeyId(), 'secret_access_key' => $found->secretAccessKey(),
            'session_token' => $found->sessionToken(), 'expiration' => $found->expiration(), 'account_id' => $found->accountId(),
        ], static fn (#[\SensitiveParameter] mixed $value): bool => $value !== null);
    }

    private function doExplain(Session $session): array
    {
        $this->saw('report', $report = $session->explain());
        return $report;
    }

    private function doCall(Session $session, #[\SensitiveParameter] array $given): array
    {
        return $this->answer($this->client($session, $given['service'])->{lcfirst($given['operation'])}($given['input']));
    }

    private function doPaginate(Session $session, #[\SensitiveParameter] array $given): array
    {
        $pages = $this->client($session, $given['service'])->getPaginator(
            $given['operation'], $given['input'], $given['page_size'] ?? null, $given['max_items'] ?? null, $given['starting_token'] ?? null,
        );
        $this->saw('pages', $pages);
        $found = array_map($this->answer(...), iterator_to_array($pages, false));
        return ['pages' => $found, 'resume_token' => $pages->resumeToken()];
    }

    private function doPresignCall(Session $session, array $given): array
    {
        return ['url' => $this->client($session, $given['service'])->presignedUrl($given['operation'], $given['input'], $given['expires_seconds'])];
    }

    private function doPresignGetCallerIdentity(Session $session, array $given): array
    {
        return ['url' => $session->presignGetCallerIdentity($given['expires_seconds'], $given['header'] ?? null)];
    }

    private function doSign(Session $session, #[\SensitiveParameter] array $given): array
    {
        ['method' => $method, 'url' => $url] = $given['request'];
        $options = array_diff_key($given['request'], ['method' => 1, 'url' => 1]);
        if (!isset($given['credentials'])) {
            return ['headers' => $session->sign($method, $url, $given['service'], $given['region'] ?? null, $options)];
        }
        return ['headers' => $this->keys($given)->sign($method, $url, $given['service'], $given['region'], new \DateTimeImmutable("@{$given['time']}"), $options)];
    }

    private function doPresign(Session $session, #[\SensitiveParameter] array $given): array
    {
        ['method' => $method, 'url' => $url] = $given['request'];
        $options = array_diff_key($given['request'], ['method' => 1, 'url' => 1]);
        if (!isset($given['credentials'])) {
            return ['url' => $session->presign($method, $url, $given['service'], $given['region'] ?? null, $given['expires_seconds'], $options)];
        }
        return ['url' => $this->keys($given)->presign($method, $url, $given['service'], $given['region'], $given['time'], $given['expires_seconds'], $options)];
    }

    private function keys(#[\SensitiveParameter] array $given): Credentials
    {
        return new Credentials($given['credentials']['access_key_id'], $given['credentials']['secret_access_key'], $given['credentials']['session_token'] ?? null);
    }

    private function doToken(Session $session, #[\SensitiveParameter] array $given): array
    {
        if (!isset($given['credentials'])) {
            return $this->partsOf($session->token($given['kind'], $given['inputs']));
        }
        return $this->partsOf($this->keys($given)->token($given['kind'], $given['time'], $given['inputs']));
    }

    private function doTokens(Session $session, array $given): array
    {
        $source = $session->tokens($given['kind'], $given['inputs']);
        $this->saw('source', $source);
        $made = [$source->get(), $source->get()];
        $source->invalidate();
        return ['tokens' => array_map($this->partsOf(...), [...$made, $source->get()])];
    }

    private function partsOf(Token $token): array
    {
        $this->test->assertStringNotContainsString($token->text(), $this->saw('token', $token));
        $parts = $token->toArray();
        $this->test->assertSame(
            [$token->text(), $token->user(), $token->purpose(), $token->accessKeyId()],
            [$parts['token'], $parts['user'] ?? null, $parts['purpose'], $parts['access_key_id'] ?? null],
        );
        return ['expiration' => $token->expiration()] + $parts;
    }

    private function doFetch(Session $session, #[\SensitiveParameter] array $given): array
    {
        return fetch($given['url'], $given['method'] ?? 'GET', $given['headers'] ?? [], $given['body'] ?? null);
    }

    private function doSignIn(Session $session, array $given): array
    {
        $came = [];
        $visits = [];
        $show = function (mixed $what) use (&$came, &$visits, $given): void {
            if ($given['fails'] ?? false) {
                throw new OwnException('the callback of the test fails');
            }
            if ($given['flow'] === 'browser') {
                $came['url'] = $page = $what;
            } else {
                $this->saw('device code', $what);
                $came = ['user_code' => $what->userCode, 'verification_uri' => $what->verificationUri,
                    'verification_uri_complete' => $what->verificationUriComplete, 'expires_at' => $what->expiresAt];
                $page = $what->verificationUriComplete;
            }
            if ($given['visit'] ?? false) {
                // Another process: this one is inside the call.
                $visits[] = proc_open(['curl', '-sSL', '--noproxy', '*', '-o', '/dev/null', $page], [], $pipes);
            }
        };
        $timeout = isset($given['timeout_ms']) ? $given['timeout_ms'] / 1000 : null;
        $given['flow'] === 'browser' ? $session->signInWithBrowser($show, $timeout) : $session->signInWithDeviceCode($show, $timeout);
        foreach ($visits as $visit) {
            $this->test->assertSame(0, proc_close($visit));
        }
        return $came;
    }

    private function doSsoToken(Session $session): array
    {
        return ['token' => $session->ssoToken()];
    }

    private function doSignOut(Session $session): array
    {
        $session->signOut();
        return [];
    }

    private function doListSsoAccounts(Session $session): array
    {
        return ['accountList' => $session->listSsoAccounts()];
    }

    private function doListSsoAccountRoles(Session $session, array $given): array
    {
        return ['roleList' => $session->listSsoAccountRoles($given['account_id'])];
    }

    private function doRegion(Session $session): array
    {
        return ['region' => $session->region()];
    }

    private function doEndpoint(Session $session, array $given): array
    {
        return ['url' => $session->endpointUrl($given['service'])];
    }

    private function doCancel(Session $session): array
    {
        $session->cancel();
        $this->test->assertTrue($session->isCancelled());
        return [];
    }

    private function doReset(Session $session): array
    {
        $session->reset();
        $this->test->assertFalse($session->isCancelled());
        return [];
    }

    /** RFC 6901. */
    private static function find(#[\SensitiveParameter] mixed $value, string $pointer): mixed
    {
        foreach (array_slice(explode('/', $pointer), 1) as $part) {
            $value = is_array($value) ? $value[strtr($part, ['~1' => '/', '~0' => '~'])] ?? null : null;
        }
        return $value;
    }

    private static function seconds(mixed $value): mixed
    {
        return $value instanceof \DateTimeInterface ? (fmod((float) $value->format('U.u'), 1) === 0.0 ? $value->getTimestamp() : (float) $value->format('U.u')) : $value;
    }

    /** The payload of a JWT, or a JSON text. */
    private static function decode(string $text): array
    {
        $json = str_starts_with($text, '{') ? $text : base64_decode(strtr(explode('.', $text)[1], '-_', '+/'));
        return json_decode($json, true, 512, JSON_THROW_ON_ERROR);
    }

    private function checkValue(#[\SensitiveParameter] mixed $value, mixed $check, string $where): void
    {
        if (!is_array($check)) {
            $this->test->assertSame($check, self::seconds($value), $where);
            return;
        }
        $this->test->assertNotEmpty($check);
        foreach ($check as $kind => $wanted) {
            $within = static fn (mixed $distance): bool => $distance >= $wanted[0] && $distance <= $wanted[1];
            $good = match ($kind) {
                'equal' => $value == $wanted,
                'absent' => $value === null,
                'present' => $value !== null,
                'starts' => is_string($value) && str_starts_with($value, $wanted),
                'ends' => is_string($value) && str_ends_with($value, $wanted),
                'contains' => is_string($value) && array_filter((array) $wanted, static fn (string $part): bool => !str_contains($value, $part)) === [],
                'length' => (is_array($value) ? count($value) : strlen((string) $value)) === $wanted,
                'seconds_from_now' => $value !== null && $within(self::seconds($value) - microtime(true)),
                'milliseconds_from_now' => $value !== null && $within($value - microtime(true) * 1000),
                'decoded' => [array_map(fn (string $pointer, mixed $inner) => $this->checkValue(self::find(self::decode($value), $pointer), $inner, "$where $pointer"), array_keys($wanted), $wanted)] !== [],
            };
            $this->test->assertTrue($good, "$where does not pass " . json_encode($check));
        }
    }
}

final class CasesTest extends TestCase
{
    public static function cases(): array
    {
        $found = [];
        foreach (glob(ROOT . '/bindings/cases/*.json') as $path) {
            foreach (json_decode((string) file_get_contents($path), true, 512, JSON_THROW_ON_ERROR) as $case) {
                isset($found[$case['name']]) && throw new \RuntimeException("two cases are called {$case['name']}");
                $found[$case['name']] = [$case];
            }
        }
        return $found;
    }

    /** @dataProvider cases */
    public function testCase(#[\SensitiveParameter] array $case): void
    {
        $this->play($case);
    }

    public function testTheRunnerCanFail(): void
    {
        $good = [
            'name' => 'x',
            'environment' => ['AWS_ACCESS_KEY_ID' => 'a', 'AWS_SECRET_ACCESS_KEY' => 'secret-of-b'],
            'steps' => [['do' => 'credentials', 'expect' => ['/access_key_id' => 'a']]],
        ];
        $this->assertNotSame('', $this->play($good));
        foreach ([
            ['steps' => [['do' => 'credentials', 'expect' => ['/access_key_id' => 'other']]]],
            ['steps' => [['do' => 'credentials', 'error' => []]]],
            ['steps' => [['do' => 'credentials', 'expect' => ['/access_key_id' => ['nonsense' => 1]]]]],
            ['steps' => [['do' => 'nothing']]],
            ['secrets' => ['stskit']],
            ['unknown' => 1],
        ] as $wrong) {
            try {
                $this->play($wrong + $good);
            } catch (AssertionFailedError | \Error) {
                continue;
            }
            throw new \LogicException('this should fail: ' . json_encode($wrong));
        }
        $this->assertGreaterThan(70, count(self::cases()));
    }

    private function play(#[\SensitiveParameter] array $case): string
    {
        $lines = '';
        Stskit::logTo(static function (string $level, string $target, string $message) use (&$lines): void {
            $lines .= "$target $message\n";
        }, 'trace');
        $emulator = new Emulator(...$case['emulator'] ?? []);
        $home = folder();
        $before = getenv();
        $player = new Player($this, $case, $home, $emulator);
        try {
            foreach ($case['files'] ?? [] as $name => $text) {
                write("$home/$name", $player->fill($text));
            }
            setEnvironment([...cleanEnvironment(), ...baseEnvironment($home, $emulator->url), ...$player->fill($case['environment'] ?? [])]);
            $player->play();
        } finally {
            setEnvironment($before);
            Stskit::logTo(null);
            $emulator->stop();
            remove($home);
        }
        foreach ($player->fill($case['secrets'] ?? []) as $secret) {
            $this->assertStringNotContainsString('${', $secret);
            foreach ([...$player->seen, ['log', $lines]] as [$where, $text]) {
                $this->assertFalse(str_contains($text, $secret), "a secret is in the $where: " . str_replace($secret, '<here>', $text));
            }
        }
        return $lines;
    }
}
