# frozen_string_literal: true

module Stskit
  # The pages of one listing, each a call. Each time it is gone through, it asks anew.
  class Pages
    include Enumerable

    # `page_size` items a page, `max_items` in all, from `starting_token` on, which another listing gave as resume_token.
    def initialize(client, operation, members, page_size: nil, max_items: nil, starting_token: nil)
      @client = client
      @operation = operation
      @data = operation.json(members)
      @page_size = page_size.nil? ? 0 : Native.integer(page_size, 32, "page_size")
      @max_items = max_items.nil? ? -1 : Native.integer(max_items, 63, "max_items")
      @starting_token = Native.encode(starting_token)
    end

    # Where to go on, once max_items has cut: starting_token of another listing. nil: nothing is left.
    attr_reader :resume_token

    def each
      return enum_for(:each) unless block_given?

      @resume_token = nil
      pages = @client.use do |client, number|
        Native.make(Native::Pages, :client_paginate, client, number, @operation.name, @data, @page_size, @max_items,
                    @starting_token)
      end
      begin
        loop do
          page = Native.make(Native::Response, :pages_next, pages)
          @resume_token = Native.decode(Library.pages_resume_token(pages))
          break if page.nil?

          yield Client.answer(@operation, page)
        end
      ensure
        pages.free
      end
      self
    end

    # The items of all pages, one after the other.
    def items
      Enumerator.new do |out|
        each { |page| (page[@operation.result_key] || []).each { |item| out << item } }
      end.lazy
    end

    def inspect
      "#<#{self.class} of #{@operation.name}>"
    end
  end
end
