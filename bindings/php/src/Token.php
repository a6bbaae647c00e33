<?php

declare(strict_types=1);

namespace Stskit;

use Stskit\Native\Handle;
use Stskit\Native\Library;
use Stskit\Native\Native;

/**
 * A password with an end, for a service that takes an IAM identity as one. Immutable.
 *
 * It stays in the library, which wipes it when the object goes, until somebody asks for it. Printing shows what it is for
 * and when it ends. It is no Stringable: who hands it over in place of its text hears of it.
 */
final class Token implements \JsonSerializable
{
    use Hidden;

    /** @internal see Session::token() */
    public function __construct(private readonly Handle $handle)
    {
    }

    /**
     * The inputs of a kind for the library, which says what is wrong with them. Null and [] are not given.
     *
     * @internal
     * @param array<string, mixed> $inputs
     */
    public static function inputs(#[\SensitiveParameter] array $inputs): string
    {
        // An array without names would be a list, and no input is one.
        return Model::json(array_filter($inputs, static fn (#[\SensitiveParameter] mixed $input): bool => $input !== []));
    }

    /** The token itself: the password, the body of a login, the URL. Do not log it. */
    public function text(): string
    {
        return Library::get()->stskit_token_text($this->handle->pointer());
    }

    /**
     * The user name that goes with it, where it is not one of the inputs: of "codecommit" (a secret) and "ses-smtp", and
     * the subject of "web-identity".
     */
    public function user(): ?string
    {
        return Library::get()->stskit_token_user($this->handle->pointer());
    }

    /** From when on the service refuses it, at the latest, in UTC. */
    public function expiration(): \DateTimeImmutable
    {
        $at = $this->expirationMs();
        return new \DateTimeImmutable(sprintf('@%d.%03d', intdiv($at, 1000), $at % 1000));
    }

    /** The same in milliseconds since 1970, as Kafka clients want it. */
    public function expirationMs(): int
    {
        return Library::get()->stskit_token_expiration_ms($this->handle->pointer());
    }

    /** What it is for: "rds". */
    public function purpose(): string
    {
        return $this->toArray()['purpose'];
    }

    /** The access key that made it; null if a service did. */
    public function accessKeyId(): ?string
    {
        return $this->toArray()['access_key_id'] ?? null;
    }

    /** @return array<string, string> purpose, token, user, expiration, access_key_id; what there is not is left out */
    public function toArray(): array
    {
        return Model::decode(Library::get()->stskit_token_json($this->handle->pointer()));
    }

    protected function describe(): array
    {
        return ['purpose' => $this->purpose(), 'text' => '[hidden]', 'expiration' => $this->expiration()->format(\DATE_ATOM)];
    }
}
