<?php

declare(strict_types=1);

namespace Stskit;

use Stskit\Native\Handle;
use Stskit\Native\Library;
use Stskit\Native\Native;

/**
 * The output of an operation, read as an array: $result['Credentials']['AccessKeyId']. What the answer left out is not
 * there. '@metadata' has what came along: requestId, statusCode, retryAttempts, headers (names in lower case).
 *
 * Printing, dumping and JSON hide what is secret; reading and toArray() give it.
 *
 * @implements \ArrayAccess<string, mixed>
 * @implements \IteratorAggregate<string, mixed>
 */
final class Result implements \ArrayAccess, \IteratorAggregate, \Countable, \JsonSerializable
{
    use Hidden;

    /** @var \Closure(): array<string, mixed> so that nothing that walks properties finds a secret */
    private readonly \Closure $data;

    /**
     * @param array<string, mixed> $data
     * @param array<string, mixed> $row of the model
     */
    private function __construct(#[\SensitiveParameter] array $data, private readonly array $row)
    {
        $this->data = static fn (): array => $data;
    }

    /**
     * @internal
     * @param array<string, mixed> $row of the model
     */
    public static function of(Handle $response, array $row): self
    {
        $library = Library::get();
        $pointer = $response->pointer();
        $data = Model::withTimes(Model::decode($library->stskit_response_json($pointer)), $row);
        $data['@metadata'] = [
            'requestId' => $library->stskit_response_request_id($pointer),
            'statusCode' => $library->stskit_response_http_status($pointer),
            'retryAttempts' => $library->stskit_response_retry_attempts($pointer),
            'headers' => Native::pairs('response_header', $pointer),
        ];
        return new self($data, $row);
    }

    /** One member; null if it is not there. */
    public function get(string $name): mixed
    {
        return ($this->data)()[$name] ?? null;
    }

    public function hasKey(string $name): bool
    {
        return isset(($this->data)()[$name]);
    }

    /** @return array<string, mixed> all of it */
    public function toArray(): array
    {
        return ($this->data)();
    }

    public function offsetExists(mixed $offset): bool
    {
        return $this->hasKey($offset);
    }

    public function offsetGet(mixed $offset): mixed
    {
        return $this->get($offset);
    }

    public function offsetSet(mixed $offset, #[\SensitiveParameter] mixed $value): void
    {
        throw new \LogicException('a result is not changed');
    }

    public function offsetUnset(mixed $offset): void
    {
        throw new \LogicException('a result is not changed');
    }

    public function getIterator(): \ArrayIterator
    {
        return new \ArrayIterator(($this->data)());
    }

    public function count(): int
    {
        return count(($this->data)());
    }

    protected function describe(): array
    {
        return Model::masked(($this->data)(), $this->row);
    }
}
