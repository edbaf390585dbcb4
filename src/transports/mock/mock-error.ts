/**
 * What a test has to be told: a request that nothing was prepared or recorded for, or an expectation that did not come
 * true.
 *
 * It is no `HTTPError` on purpose. Code under test that handles failures of the network, or tries again, must not
 * take a hole in the test for one of them.
 */
import { brand } from "../../errors/brand.js";

/**
 * - `ERR_MOCK_UNMATCHED`: no route matches a request.
 * - `ERR_MOCK_ASSERTION`: an `assert…` method found it otherwise.
 * - `ERR_MOCK_NOT_RECORDED`: a recording has no response to a request.
 * - `ERR_MOCK_RECORDING`: a recording cannot be read.
 */
export type MockErrorCode =
  "ERR_MOCK_UNMATCHED" | "ERR_MOCK_ASSERTION" | "ERR_MOCK_NOT_RECORDED" | "ERR_MOCK_RECORDING";

/** A test and its {@link MockTransport} or {@link ReplayTransport} do not fit together. Not an `HTTPError`. */
export class MockError extends Error {
  static {
    brand(this, "MockError");
  }

  readonly code: MockErrorCode;

  constructor(message: string, init: { code: MockErrorCode; cause?: unknown }) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = init.code;
  }
}
