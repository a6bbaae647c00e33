<?php

declare(strict_types=1);

namespace Stskit;

use FFI\CData;
use Stskit\Native\Handle;
use Stskit\Native\Library;
use Stskit\Native\Native;

/**
 * Makes tokens of one kind, and goes on if its session is closed.
 *
 * A new token for each call, in microseconds once there are credentials; those of "web-identity" are kept and refreshed
 * ahead of their end.
 */
final class TokenSource implements \JsonSerializable
{
    use Hidden;

    private readonly Handle $handle;

    /**
     * @internal see Session::tokens()
     * @param Session $session held for what its callbacks need
     * @param string $kind "rds"
     * @param array<string, mixed> $inputs
     */
    public function __construct(private readonly Session $session, public readonly string $kind, #[\SensitiveParameter] array $inputs)
    {
        $json = Token::inputs($inputs);
        $this->handle = $session->use(static fn (CData $client): Handle =>
            Native::make('token_source', 'token_source_new', $client, Native::encode($kind), $json));
    }

    /** A token. */
    public function get(): Token
    {
        return new Token(Native::make('token', 'token_source_get', $this->handle->pointer()));
    }

    /** Says that the other side refused a kept token ("web-identity"): the next one is new. */
    public function invalidate(): void
    {
        Library::get()->stskit_token_source_invalidate($this->handle->pointer());
    }

    protected function describe(): array
    {
        return ['kind' => $this->kind];
    }
}
