<?php

/*
 * What the tests share: the emulator as a program and a clean environment.
 *
 * STSKIT_EMULATOR names the emulator program; missing, it is a failure. The library is found as the package finds it.
 */

declare(strict_types=1);

namespace Stskit\Tests;

require_once __DIR__ . '/../autoload.php';

const PACKAGE = __DIR__ . '/..';
const ROOT = __DIR__ . '/../../..';
const ROLE = 'arn:aws:iam::210987654321:role/team/demo';
const START = "[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin\n";

/** A running stskit-emulator. */
final class Emulator
{
    public readonly string $url;
    public readonly string $key;
    public readonly string $secret;
    /** @var resource */
    private $process;
    /** @var resource */
    private $output;

    public function __construct(string ...$arguments)
    {
        $program = getenv('STSKIT_EMULATOR') ?: throw new \RuntimeException('STSKIT_EMULATOR is not set');
        $this->process = proc_open([$program, ...$arguments], [1 => ['pipe', 'w'], 2 => ['file', '/dev/null', 'w']], $pipes);
        $this->output = $pipes[1];
        $found = [];
        while (str_starts_with($line = (string) fgets($this->output), 'export ')) {
            [$name, $value] = explode('=', trim(substr($line, 7)), 2);
            $found[$name] = $value;
        }
        $this->url = $found['AWS_ENDPOINT_URL_STS'];
        $this->key = $found['AWS_ACCESS_KEY_ID'];
        $this->secret = $found['AWS_SECRET_ACCESS_KEY'];
    }

    public function stop(): void
    {
        proc_terminate($this->process, 9);
        fclose($this->output);
        proc_close($this->process);
    }
}

/** An empty folder. */
function folder(): string
{
    $path = sys_get_temp_dir() . '/stskit-php-' . bin2hex(random_bytes(8));
    mkdir($path);
    return $path;
}

function remove(string $path): void
{
    foreach (is_link($path) || !is_dir($path) ? [] : array_diff((array) scandir($path), ['.', '..']) as $name) {
        remove("$path/$name");
    }
    is_dir($path) && !is_link($path) ? rmdir($path) : unlink($path);
}

function write(string $path, string $text): string
{
    is_dir(dirname($path)) || mkdir(dirname($path), 0777, true);
    file_put_contents($path, $text);
    return $path;
}

/**
 * What each case starts with: see bindings/cases/README.md.
 *
 * @return array<string, string>
 */
function baseEnvironment(string $home, string $url): array
{
    $made = [
        'HOME' => $home,
        'USERPROFILE' => $home,
        'AWS_CONFIG_FILE' => "$home/config",
        'AWS_SHARED_CREDENTIALS_FILE' => "$home/credentials",
        'AWS_REGION' => 'us-east-1',
        'AWS_EC2_METADATA_DISABLED' => 'true',
    ];
    foreach (['STS', 'SSO', 'SSO_OIDC', 'SIGNIN'] as $service) {
        $made["AWS_ENDPOINT_URL_$service"] = $url;
    }
    return $made;
}

/** @return array<string, string> */
function cleanEnvironment(): array
{
    $proxies = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'];
    return array_filter(getenv(), static fn (string $name): bool => !str_starts_with($name, 'AWS_') && !in_array($name, $proxies, true), ARRAY_FILTER_USE_KEY);
}

/** @param array<string, string> $wanted */
function setEnvironment(array $wanted): void
{
    foreach (array_diff_key(getenv(), $wanted) as $name => $_) {
        putenv($name);
    }
    foreach ($wanted as $name => $value) {
        putenv("$name=$value");
    }
}
