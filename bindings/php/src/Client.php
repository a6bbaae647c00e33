<?php

declare(strict_types=1);

namespace Stskit;

use FFI\CData;
use Stskit\Native\Handle;
use Stskit\Native\Native;

/**
 * A client of one service, shaped like those of the AWS SDK for PHP: a method for each operation, members as an array with
 * the service's own names, answers that are read as arrays.
 *
 *     $sts = new Stskit\Client('sts');
 *     $sts->assumeRole(['RoleArn' => '...', 'RoleSessionName' => 'me'])['Credentials']['Expiration'];
 *
 * Times are DateTimeImmutable.
 */
final class Client implements \JsonSerializable
{
    use Hidden;

    private readonly Session $session;
    private readonly ?Handle $own;
    private readonly int $number;
    private bool $closed = false;

    /**
     * @param string $service "sts", "sso" or "sso-oidc"
     * @param array<string, mixed> $settings those of Settings
     * @param Session|null $session shares one; settings are then the client's own
     */
    public function __construct(private readonly string $service, #[\SensitiveParameter] array $settings = [], ?Session $session = null)
    {
        $this->number = Native::number('SERVICE', $service);
        $this->session = $session ?? new Session($settings);
        $this->own = $session !== null && $settings !== [] ? $session->derive($settings) : null;
    }

    /**
     * Calls an operation: $client->getCallerIdentity(), $client->assumeRole([...]).
     *
     * @param list<array<string, mixed>> $arguments
     */
    public function __call(string $name, #[\SensitiveParameter] array $arguments): Result
    {
        if (count($arguments) > 1 || !is_array($arguments[0] ?? [])) {
            throw Native::invalid("$name wants its members as one array");
        }
        return $this->call($name, $arguments[0] ?? []);
    }

    /**
     * Calls an operation by its name: "AssumeRole".
     *
     * @param array<string, mixed> $members
     */
    public function call(string $operation, #[\SensitiveParameter] array $members = []): Result
    {
        $row = Model::operation($this->service, $operation);
        $json = Model::json($members);
        return Result::of($this->use(fn (CData $client): Handle =>
            Native::make('response', 'client_call', $client, $this->number, $row['name'], $json)), $row['output']);
    }

    /**
     * The pages of an operation that lists: foreach ($sso->getPaginator('ListAccounts', ['accessToken' => $token]) as $page).
     *
     * @param array<string, mixed> $members
     */
    public function getPaginator(string $operation, #[\SensitiveParameter] array $members = [], ?int $pageSize = null, ?int $maxItems = null, ?string $startingToken = null): Pages
    {
        return new Pages($this, $this->number, Model::operation($this->service, $operation), Model::json($members), $pageSize, $maxItems, $startingToken);
    }

    /**
     * A URL for a GET: who has it may make the call until it expires. STS only.
     *
     * @param array<string, mixed> $members
     */
    public function presignedUrl(string $operation, #[\SensitiveParameter] array $members = [], int $expiresSeconds = 900): string
    {
        $row = Model::operation($this->service, $operation);
        $json = Model::json($members);
        return $this->use(fn (CData $client): string =>
            Native::text('client_presign_call', $client, $this->number, $row['name'], $json, Signing::lifetime($expiresSeconds)));
    }

    /** Where the calls go. */
    public function endpointUrl(): string
    {
        return $this->use(fn (CData $client): string => Native::text('client_get_endpoint', $client, $this->number));
    }

    /** @return list<string> the names of all operations */
    public function operations(): array
    {
        return Model::operations($this->service);
    }

    /** Ends the client. A session that was given stays. */
    public function close(): void
    {
        $this->closed = true;
        $this->own?->close();
    }

    /**
     * Calls with the library's client.
     *
     * @internal
     */
    public function use(#[\SensitiveParameter] callable $work): mixed
    {
        if ($this->closed) {
            throw Native::invalid('the client is closed');
        }
        return $this->own === null ? $this->session->use($work) : $this->own->use($work);
    }

    protected function describe(): array
    {
        return ['service' => $this->service];
    }
}
