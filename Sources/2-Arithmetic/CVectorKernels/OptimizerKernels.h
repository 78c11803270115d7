// The optimizers' steps: one pass over the flat buffers.

static void stepSGD(SGDStep step, ptrdiff_t count, const float *gradient, float *velocity, float *parameters) {
    FOR_EACH_VECTOR(i, lanes, count, {
        const Vector parameter = load(parameters + i, lanes);
        const Vector direction =
            multiplyAdd(load(gradient + i, lanes), (Vector)step.gradientScale, step.weightDecay * parameter);
        const Vector moved = multiplyAdd((Vector)step.momentum, load(velocity + i, lanes), direction);
        const Vector ahead = step.isNesterov ? multiplyAdd((Vector)step.momentum, moved, direction) : moved;
        store(velocity + i, moved, lanes);
        store(parameters + i, multiplyAdd((Vector)(-step.learningRate), ahead, parameter), lanes);
    });
}

static void stepAdam(AdamStep step, ptrdiff_t count, const float *gradient, float *firstMoment, float *secondMoment,
                     float *parameters) {
    const float inverseCorrection = 1 / step.secondMomentCorrection;
    FOR_EACH_VECTOR(i, lanes, count, {
        const Vector parameter = load(parameters + i, lanes);
        const Vector direction =
            multiplyAdd(load(gradient + i, lanes), (Vector)step.gradientScale, step.weightDecay * parameter);
        const Vector first =
            multiplyAdd((Vector)step.beta1, load(firstMoment + i, lanes), (1 - step.beta1) * direction);
        const Vector second =
            multiplyAdd((Vector)step.beta2, load(secondMoment + i, lanes), (1 - step.beta2) * direction * direction);
        const Vector deviation =
            multiplyAdd(__builtin_elementwise_sqrt(second), (Vector)inverseCorrection, (Vector)step.epsilon);
        const Vector move = step.correctedLearningRate * first / deviation;
        store(firstMoment + i, first, lanes);
        store(secondMoment + i, second, lanes);
        store(parameters + i, multiplyAdd(parameter, (Vector)step.parameterScale, -move), lanes);
    });
}
