import assert from 'node:assert/strict';
import http from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { AgentClient } from '../../../src/cluster/agent/client.js';

const NODE = {
  apiVersion: 1,
  agentVersion: '0.1.0',
  nodeName: 'n1',
  kernelRelease: '6.1',
  bootId: 'b',
  cgroupVersion: 2,
  memoryTotalBytes: 1,
  swapTotalBytes: 0,
  capabilities: { kernelLog: true, killCounters: true, stress: false, negativeOomScoreAdj: false },
};

describe('the agent client inside an editor', () => {
  it('does not go through http.request, which VS Code replaces by one that ignores createConnection', async () => {
    const server = http.createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(NODE));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const original = http.request;
    http.request = () => {
      throw new Error('http.request was used');
    };
    try {
      const client = new AgentClient(async () => connect(port, '127.0.0.1'));
      assert.equal((await client.node(new AbortController().signal)).nodeName, 'n1');
    } finally {
      http.request = original;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
