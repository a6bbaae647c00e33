<?php

declare(strict_types=1);

namespace Stskit\Tests;

use PHPUnit\Framework\TestCase;
use Stskit\Stskit;

require_once __DIR__ . '/support.php';

/** Tests with an emulator, an empty home, and the emulator's keys in the environment. */
abstract class EmulatorCase extends TestCase
{
    protected Emulator $emulator;
    protected string $home;
    /** @var array<string, string> */
    private array $before;

    /** @return list<string> */
    protected function emulatorArguments(): array
    {
        return [];
    }

    protected function setUp(): void
    {
        $this->emulator = new Emulator(...$this->emulatorArguments());
        $this->home = folder();
        $this->before = getenv();
        setEnvironment([
            ...cleanEnvironment(),
            ...baseEnvironment($this->home, $this->emulator->url),
            'AWS_ACCESS_KEY_ID' => $this->emulator->key,
            'AWS_SECRET_ACCESS_KEY' => $this->emulator->secret,
        ]);
        Stskit::setSession(null);
    }

    protected function tearDown(): void
    {
        setEnvironment($this->before);
        $this->emulator->stop();
        remove($this->home);
    }

    /** @return array{string, string, int} output, errors, status */
    protected function runPhp(string $code, array $options = [], ?array $environment = null): array
    {
        $process = proc_open([PHP_BINARY, ...$options, '-r', $code], [1 => ['pipe', 'w'], 2 => ['pipe', 'w']], $pipes, null, $environment);
        $out = stream_get_contents($pipes[1]);
        $errors = stream_get_contents($pipes[2]);
        return [$out, $errors, proc_close($process)];
    }

    protected function fails(string $class, callable $work): \Throwable
    {
        try {
            $work();
        } catch (\Throwable $error) {
            $this->assertInstanceOf($class, $error, (string) $error);
            return $error;
        }
        $this->fail("nothing was thrown, $class was expected");
    }
}
