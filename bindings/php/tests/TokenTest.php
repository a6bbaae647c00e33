<?php

/*
 * Tokens: what only PHP has.
 */

declare(strict_types=1);

namespace Stskit\Tests;

use Stskit\Credentials;
use Stskit\Exception\InvalidArgumentException;
use Stskit\Session;
use Stskit\Stskit;

require_once __DIR__ . '/EmulatorCase.php';

final class TokenTest extends EmulatorCase
{
    public function testTheSharedSession(): void
    {
        $token = Stskit::token('rds', ['hostname' => 'db.example.com', 'port' => 5432, 'username' => 'app', 'region' => 'eu-west-1']);
        $this->assertStringStartsWith('db.example.com:5432/?Action=connect&DBUser=app&', $token->text());
        $this->assertEqualsWithDelta(time() + 900, $token->expiration()->getTimestamp(), 60);
        $this->assertSame((string) $token->expirationMs(), $token->expiration()->format('Uv'));
        $this->assertSame(['rds', $this->emulator->key, null], [$token->purpose(), $token->accessKeyId(), $token->user()]);
        $this->assertSame(['purpose', 'token', 'expiration', 'access_key_id'], array_keys($token->toArray()));
        $source = Stskit::tokens('msk');
        $this->assertSame('msk', $source->kind);
        $this->assertStringStartsWith('https://kafka.us-east-1.', base64_decode(strtr($source->get()->text(), '-_', '+/')));
        // Null and [] are inputs that are not given.
        $this->assertSame('caller-identity', Stskit::token('caller-identity', ['region' => null, 'headers' => []])->purpose());
        Stskit::token('caller-identity', ['headers' => ['X-Audience' => 'a']]);
    }

    public function testTheKindsAreThoseOfTheModel(): void
    {
        $kinds = Stskit::tokenKinds();
        $this->assertGreaterThan(20, count($kinds));
        $this->assertSame(['hostname', 'port', 'username', 'region'], array_slice(array_column($kinds['rds'], 'name'), 0, 4));
        // Each is known to the library: what is wrong is an input that it has not.
        foreach (array_keys($kinds) as $kind) {
            $this->assertSame(502, $this->fails(InvalidArgumentException::class, static fn () => Stskit::tokens($kind, ['nonsense' => 1]))->detail, $kind);
        }
    }

    public function testWrongInputs(): void
    {
        $rds = ['hostname' => 'h', 'port' => 1, 'username' => 'u'];
        foreach ([
            ['rds', ['username' => new \stdClass()] + $rds, 0], ['rds', ['port' => NAN] + $rds, 0], ['rds', ['username' => "\xFF"] + $rds, 0],
            ['rds', ['port' => 0] + $rds, 505], ['rds', ['port' => true] + $rds, 504], ['rds', ['hostname' => 'h', 'username' => 'u'], 503],
            ['rds', ['port' => ['1']] + $rds, 504], ["a\0b", [], 0], ['oracle', [], 501], ['rds', ['h'], 502],
        ] as [$kind, $inputs, $detail]) {
            foreach ([static fn () => Stskit::token($kind, $inputs), static fn () => Stskit::tokens($kind, $inputs)] as $work) {
                $this->assertSame($detail, $this->fails(InvalidArgumentException::class, $work)->detail);
            }
        }
        $this->fails(\TypeError::class, static fn () => Stskit::credentials()->token('msk', 'now'));
        // What is secret is not told, also by a trace.
        $error = $this->fails(InvalidArgumentException::class, static fn () => Stskit::token('keyspaces', ['challenge' => "planted-\xFF"]));
        $this->assertStringNotContainsString('planted', $error->getMessage());
        foreach ([['nothing' => 1], ['path_encoding' => 'triple'], ['path_encoding' => new \stdClass()], 'path_encoding'] as $options) {
            $this->fails(InvalidArgumentException::class, static fn () => Stskit::sign('GET', 'https://example.com/', 's3', null, ['options' => $options]));
        }
    }

    public function testNothingSecretIsWrittenDown(): void
    {
        $token = Stskit::token('codecommit', ['repository' => 'r']);
        $this->assertStringContainsString('"text":"[hidden]"', (string) json_encode($token));
        // In place of a text it is refused, not masked.
        $this->fails(\TypeError::class, static fn () => strlen($token));
        foreach ([$token, Stskit::tokens('msk')] as $value) {
            $this->fails(\LogicException::class, static fn () => serialize($value));
            $this->fails(\LogicException::class, static fn () => unserialize(serialize(clone $value)));
        }
    }

    public function testCredentialsThatEndTooSoonAreAskedForAnew(): void
    {
        $asked = 0;
        $session = new Session(['region' => 'eu-west-1'], static function () use (&$asked): Credentials {
            $asked++;
            return new Credentials("AKID$asked", 'secret', 't', time() + ($asked === 1 ? 200 : 3600));
        });
        $source = $session->tokens('msk');
        $this->assertSame(0, $asked);
        $this->assertSame(['AKID2', 'AKID2', 2], [$source->get()->accessKeyId(), $source->get()->accessKeyId(), $asked]);
        // A source outlives the end of its session, and what a callback throws comes out as itself.
        $session->close();
        unset($session);
        gc_collect_cycles();
        $this->assertSame('AKID2', $source->get()->accessKeyId());
        $source = (new Session(['region' => 'eu-west-1'], static fn () => throw new \DomainException('mine')))->tokens('msk');
        gc_collect_cycles();
        $this->assertSame('mine', $this->fails(\DomainException::class, $source->get(...))->getMessage());
        // One that drops its source from within.
        $source = (new Session(['region' => 'eu-west-1'], static function () use (&$source): Credentials {
            $source = null;
            return new Credentials('AKID', 'secret');
        }))->tokens('msk');
        $this->assertSame('AKID', $source->get()->accessKeyId());
        $this->assertNull($source);
    }

    public function testMemory(): void
    {
        $source = Stskit::tokens('elasticache', ['cache' => 'c', 'username' => 'u']);
        $kept = Stskit::tokens('web-identity', ['audience' => 'a']);
        $round = function () use ($source, $kept): int {
            for ($at = 0; $at < 5000; $at++) {
                $kept->get()->user();
                $source->get()->toArray();
                Stskit::tokens('msk')->get()->text();
                $this->fails(InvalidArgumentException::class, static fn () => Stskit::token('msk', ['nonsense' => 1]));
            }
            gc_collect_cycles();
            return (int) explode(' ', (string) file_get_contents('/proc/self/statm'))[1] * 4096;
        };
        $before = $round();
        $this->assertLessThan(500_000, $round() - $before);
        $first = $kept->get()->text();
        $kept->invalidate();
        $this->assertNotSame($first, $kept->get()->text());
    }

    public function testFork(): void
    {
        $source = Stskit::tokens('eks', ['cluster' => 'demo']);
        $source->get();
        $pid = pcntl_fork();
        if ($pid === 0) {
            $good = str_starts_with($source->get()->text(), 'k8s-aws-v1.') && Stskit::token('web-identity', ['audience' => 'a'])->user() !== null;
            posix_kill(posix_getpid(), $good ? SIGKILL : SIGABRT);
        }
        pcntl_waitpid($pid, $status);
        $this->assertSame(SIGKILL, pcntl_wtermsig($status));
    }
}
