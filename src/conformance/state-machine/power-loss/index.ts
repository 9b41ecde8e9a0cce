export { replayStatePowerLoss, runStatePowerLossSuite } from './state-power-loss-suite.ts'
