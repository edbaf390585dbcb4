// The AWS SDK over httpxide/smithy: S3 and DynamoDB.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import { Readable } from "node:stream";
import { test } from "node:test";
import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { HttpxideHttpHandler } from "../../dist/smithy.mjs";
import { closed, json, refusedPort, scriptedServer } from "./scripted-server.mjs";

const settings = ({ url }, options) => ({
  region: "us-east-1",
  endpoint: url,
  credentials: { accessKeyId: "id", secretAccessKey: "key" },
  requestHandler: new HttpxideHttpHandler(),
  ...options,
});
const s3Of = (server, options) => new S3Client({ ...settings(server, options), forcePathStyle: true });
const dynamoOf = (server, options) => new DynamoDBClient(settings(server, options));
const putting = (Body, more) => new PutObjectCommand({ Bucket: "bucket", Key: "a b/c", Body, ...more });
const getting = new GetObjectCommand({ Bucket: "bucket", Key: "k" });
const item = new GetItemCommand({ TableName: "t", Key: { id: { S: "1" } } });

test("S3 puts text, and a stream whose checksum is a trailer", async (t) => {
  const server = await scriptedServer(t, (_request, response) => response.setHeader("etag", '"tag"').end());
  const s3 = s3Of(server);
  assert.equal((await s3.send(putting("hello"))).ETag, '"tag"');
  assert.equal(server.received[0].url, "/bucket/a%20b/c?x-id=PutObject");
  await s3.send(putting(Readable.from([Buffer.from("hel"), Buffer.from("lo")]), { ContentLength: 5 }));
  const { headers, body } = server.received[1];
  assert.equal(headers["x-amz-decoded-content-length"], "5");
  assert.match(headers["content-encoding"], /aws-chunked/);
  assert.match(body, /^3\r\nhel\r\n2\r\nlo\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n$/);
});

test("a large object waits for 100 (Continue), also one with a checksum in its trailer", async (t) => {
  const told = [];
  const server = createServer();
  server.on("checkContinue", async (request, response) => {
    // no byte of the body is here before the answer
    told.push(request.socket.bytesRead < 10_000);
    response.writeContinue();
    let length = 0;
    for await (const chunk of request) length += chunk.length;
    told.push(length);
    response.setHeader("etag", '"tag"').end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const s3 = s3Of({ url: `http://127.0.0.1:${server.address().port}` });
  const size = 3 * 1024 * 1024;
  assert.equal((await s3.send(putting(Buffer.alloc(size)))).ETag, '"tag"');
  assert.deepEqual(told, [true, size]);
  const chunks = Array.from({ length: 3 }, () => Buffer.alloc(size / 3));
  await s3.send(putting(Readable.from(chunks), { ContentLength: size }));
  assert.equal(told.length, 4);
  assert(told[3] > size, "the chunks of aws-chunked have lines of their own");
});

test("an object is a stream, whose checksum the SDK verifies", async (t) => {
  const object = Buffer.alloc(500_000, "x");
  const server = await scriptedServer(t, ({ number }, response) => {
    // of 500,000 x, and of something else
    if (number > 1) response.setHeader("x-amz-checksum-crc32", number === 2 ? "5+9W6Q==" : "AAAAAA==");
    response.end(object);
  });
  const s3 = s3Of(server);
  const { Body } = await s3.send(getting);
  assert(Body instanceof Readable);
  const chunks = [];
  for await (const chunk of Body) chunks.push(chunk);
  assert(Buffer.concat(chunks).equals(object));
  await assert.rejects(async () => {
    await s3.send(getting);
    const wrong = await s3.send(getting);
    await wrong.Body.transformToByteArray();
  }, /[Cc]hecksum/);
});

test("a body that is left early closes its connection", async (t) => {
  let gone;
  const server = await scriptedServer(t, (_request, response) => {
    gone = closed(response);
    response.writeHead(200, { "content-length": 1e9 });
    response.write(Buffer.alloc(100_000));
  });
  const { Body } = await s3Of(server).send(getting);
  for await (const _chunk of Body) break;
  await gone;
});

test("errors of S3 have their class, and are not tried again", async (t) => {
  const server = await scriptedServer(t, (_request, response) => {
    response.writeHead(404, { "content-type": "application/xml", "x-amz-request-id": "r1" });
    response.end("<Error><Code>NoSuchKey</Code><Message>none</Message><Key>k</Key></Error>");
  });
  await assert.rejects(s3Of(server).send(getting), (error) => {
    assert.deepEqual(
      [error.name, error.$metadata.httpStatusCode, error.$metadata.requestId],
      ["NoSuchKey", 404, "r1"],
    );
    return true;
  });
  assert.equal(server.received.length, 1);
});

test("a list is read from XML", async (t) => {
  const server = await scriptedServer(t, (_request, response) => {
    response.setHeader("content-type", "application/xml");
    response.end(
      "<ListBucketResult><KeyCount>2</KeyCount><Contents><Key>a</Key></Contents><Contents><Key>b</Key></Contents></ListBucketResult>",
    );
  });
  const { Contents } = await s3Of(server).send(new ListObjectsV2Command({ Bucket: "bucket", Prefix: "ä/" }));
  assert.deepEqual(
    Contents.map(({ Key }) => Key),
    ["a", "b"],
  );
  assert.equal(server.received[0].url, "/bucket/?list-type=2&prefix=%C3%A4%2F");
});

test("an abort of a call rejects with AbortError, and closes its connection", async (t) => {
  let gone;
  const stop = new AbortController();
  const server = await scriptedServer(t, (_request, response) => {
    gone = closed(response);
    stop.abort();
  });
  await assert.rejects(s3Of(server).send(getting, { abortSignal: stop.signal }), { name: "AbortError" });
  await gone;
  assert.equal(server.received.length, 1);
});

test("DynamoDB tries again after a 500 and after connections that break, a write too", async (t) => {
  const server = await scriptedServer(t, ({ number }, response) => {
    if (number === 1) return response.writeHead(500).end();
    if (number === 2) return response.destroy();
    json(response, { Item: { id: { S: "1" } } });
  });
  const dynamo = dynamoOf(server);
  await dynamo.send(new PutItemCommand({ TableName: "t", Item: { id: { S: "1" } } }));
  assert.equal(server.received.length, 3);
  assert.deepEqual((await dynamo.send(item)).Item, { id: { S: "1" } });
  assert.equal(server.received[3].headers["x-amz-target"], "DynamoDB_20120810.GetItem");
});

test("errors of DynamoDB have their class; a refused connection has its code", async (t) => {
  const server = await scriptedServer(t, (_request, response) =>
    json(
      response,
      { __type: "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", message: "none" },
      400,
    ),
  );
  await assert.rejects(dynamoOf(server).send(item), { name: "ResourceNotFoundException", message: "none" });
  const port = await refusedPort();
  await assert.rejects(
    dynamoOf({ url: `http://127.0.0.1:${port}` }, { maxAttempts: 1 }).send(item),
    (error) => {
      assert.equal(error.code, "ECONNREFUSED");
      return true;
    },
  );
});

test("a time limit of the handler is a TimeoutError, which the SDK tries again", async (t) => {
  const server = await scriptedServer(t, ({ number }, response) => {
    if (number > 1) json(response, { Item: {} });
  });
  const requestHandler = new HttpxideHttpHandler({ timeout: { read: 60 } });
  assert.deepEqual((await dynamoOf(server, { requestHandler }).send(item)).Item, {});
  assert.equal(server.received.length, 2);
  const silent = await scriptedServer(t, () => {});
  const once = dynamoOf(silent, { requestHandler, maxAttempts: 1 });
  await assert.rejects(once.send(item), { name: "TimeoutError" });
});
