<?php

declare(strict_types=1);

namespace Stskit;

use FFI\CData;
use Stskit\Native\Handle;
use Stskit\Native\Library;
use Stskit\Native\Native;

/**
 * The pages of one listing, each a call. Each time it is gone through, it asks anew.
 *
 * @implements \IteratorAggregate<int, Result>
 */
final class Pages implements \IteratorAggregate, \JsonSerializable
{
    use Hidden;

    private ?string $resumeToken = null;
    private readonly int $pageSize;
    private readonly int $maxItems;
    /** @var \Closure(): string the members; so that nothing that walks properties finds a token */
    private readonly \Closure $json;

    /**
     * @internal see Client::getPaginator()
     * @param array<string, mixed> $row
     */
    public function __construct(
        private readonly Client $client,
        private readonly int $number,
        private readonly array $row,
        #[\SensitiveParameter] string $json,
        ?int $pageSize,
        ?int $maxItems,
        private readonly ?string $startingToken,
    ) {
        $this->json = static fn (): string => $json;
        $this->pageSize = Native::integer($pageSize ?? 0, 0, 0xFFFFFFFF, 'the size of pages');
        $this->maxItems = $maxItems === null ? -1 : Native::integer($maxItems, 0, PHP_INT_MAX, 'the number of items');
    }

    /** @return \Generator<int, Result> */
    public function getIterator(): \Generator
    {
        $this->resumeToken = null;
        $pages = $this->client->use(fn (CData $client): Handle => Native::make(
            'pages',
            'client_paginate',
            $client,
            $this->number,
            $this->row['name'],
            ($this->json)(),
            $this->pageSize,
            $this->maxItems,
            Native::encode($this->startingToken),
        ));
        while (true) {
            $page = $pages->use(static fn (CData $pointer): ?Handle => Native::make('response', 'pages_next', $pointer));
            $this->resumeToken = Library::get()->stskit_pages_resume_token($pages->pointer());
            if ($page === null) {
                return;
            }
            yield Result::of($page, $this->row['output']);
        }
    }

    /**
     * The items of all pages, one after the other.
     *
     * @return \Generator<int, array<string, mixed>>
     */
    public function items(): \Generator
    {
        foreach ($this as $page) {
            foreach ($page[(string) $this->row['result_key']] ?? [] as $item) {
                yield $item;
            }
        }
    }

    /** Where to go on, once maxItems has cut: the startingToken of another listing. Null: nothing is left. */
    public function resumeToken(): ?string
    {
        return $this->resumeToken;
    }

    protected function describe(): array
    {
        return ['operation' => $this->row['name']];
    }
}
